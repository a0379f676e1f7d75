#pragma once
// A MariaDB server of a test's own, which it may kill.

#include <sys/types.h>

#include <string>

namespace punctual::contract {

/// In a temporary folder, with a database `app`. *Throws* std::runtime_error.
class PrivateMariadb {
public:
    PrivateMariadb();
    ~PrivateMariadb();
    PrivateMariadb(const PrivateMariadb&) = delete;
    PrivateMariadb& operator=(const PrivateMariadb&) = delete;

    [[nodiscard]] std::string url() const;
    /// Without writing anything more, as at a crash.
    void die();
    void start();

private:
    [[nodiscard]] bool is_ready() const;

    std::string folder_;
    pid_t process_ = -1;
};

}  // namespace punctual::contract
