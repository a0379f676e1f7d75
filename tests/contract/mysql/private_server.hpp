#pragma once
// A MariaDB server of a test's own, which it may kill.

#include <cstdlib>
#include <string>
#include <vector>

#include "contract/support/server_process.hpp"

namespace punctual::contract {

/// In a temporary folder, with a database `app`. *Throws* std::runtime_error.
class PrivateMariadb final : public ServerProcess {
public:
    /// It listens on this port of 127.0.0.1 too, unless that is empty. `arguments` follow those
    /// that it has by itself.
    explicit PrivateMariadb(std::string port = {}, std::vector<std::string> arguments = {});

    [[nodiscard]] static bool can_start() {
        return std::getenv("PUNCTUAL_TEST_MYSQL_URL") != nullptr;
    }

    [[nodiscard]] std::string url() const { return "mysql://root@/app?socket=" + socket(); }
    [[nodiscard]] std::string socket() const { return file("socket"); }

private:
    [[nodiscard]] std::vector<std::string> command() const override;
    [[nodiscard]] bool is_ready() const override;

    std::string port_;
    std::vector<std::string> arguments_;
};

}  // namespace punctual::contract
