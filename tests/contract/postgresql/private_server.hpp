#pragma once
// A server for a single test, which kills it.

#include <sys/types.h>

#include <string>

namespace punctual::contract {

/// Runs from its construction on. *Throws* std::runtime_error where it does not start.
class PrivatePostgresql {
public:
    PrivatePostgresql();
    ~PrivatePostgresql();
    PrivatePostgresql(const PrivatePostgresql&) = delete;
    PrivatePostgresql& operator=(const PrivatePostgresql&) = delete;

    [[nodiscard]] std::string url() const;
    /// Without writing anything more, as at a crash.
    void die();
    void start();

private:
    [[nodiscard]] bool is_ready() const;

    std::string folder_;
    pid_t process_ = -1;
};

/// The folder with the socket of the server that script/test-servers started.
[[nodiscard]] std::string socket_folder();

}  // namespace punctual::contract
