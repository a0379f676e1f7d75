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
    PrivateMariadb();

    [[nodiscard]] static bool can_start() {
        return std::getenv("PUNCTUAL_TEST_MYSQL_URL") != nullptr;
    }

    [[nodiscard]] std::string url() const { return "mysql://root@/app?socket=" + socket(); }
    [[nodiscard]] std::string socket() const { return file("socket"); }

private:
    [[nodiscard]] std::vector<std::string> command() const override;
    [[nodiscard]] bool is_ready() const override;
};

}  // namespace punctual::contract
