#pragma once
// What MariaDB says went wrong, as exceptions.

#include <stdexcept>
#include <string>
#include <string_view>

namespace punctual::detail {

/// An error as the client library has it; code 0 is an error of this side.
class MysqlFailure : public std::runtime_error {
public:
    MysqlFailure(unsigned code, const std::string& message)
        : std::runtime_error(message), code_(code) {}
    [[nodiscard]] unsigned code() const { return code_; }

private:
    unsigned code_;
};

/// *Throws* SqlConflictError, SqlDuplicateError, StoreUnavailableError or StoreError, whichever it
/// means.
[[noreturn]] void throw_mysql_error(const std::string& name, unsigned code,
                                    std::string_view message);
/// True if the connection is of no use after this.
[[nodiscard]] bool ends_mysql_connection(unsigned code);

}  // namespace punctual::detail
