#pragma once
// What PostgreSQL says went wrong, as exceptions.

#include <string>
#include <string_view>

namespace punctual::detail {

/// `state` is the code of five characters; empty where there is none, since the connection failed.
/// *Throws* SqlConflictError, StoreUnavailableError or StoreError, whichever it means.
[[noreturn]] void throw_postgresql_error(const std::string& name, std::string_view state,
                                         std::string_view message);
/// True if the server ended the connection with this.
[[nodiscard]] bool ends_connection(std::string_view state);

}  // namespace punctual::detail
