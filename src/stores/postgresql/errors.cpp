#include "stores/postgresql/errors.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <array>

#include "stores/sql/connection.hpp"
#include "value/one_line.hpp"

namespace punctual::detail {

namespace {

// Classes and codes of appendix A of PostgreSQL's manual.
constexpr std::array<std::string_view, 2> conflicts = {"40001", "40P01"};
constexpr std::array<std::string_view, 8> passing = {
    "08",     // the connection
    "53",     // insufficient resources: disk full, too many connections
    "57",     // the operator: shutdown, starting up, a statement that took too long
    "58",     // the system: an I/O error
    "55P03",  // a lock was not to be had in time
    "55006",  // an object in use
    "25006",  // read-only: a standby that is about to take over
    "40",     // undone for whichever reason
};

bool is_one_of(std::string_view state, auto codes) {
    return std::ranges::any_of(codes,
                               [&](std::string_view code) { return state.starts_with(code); });
}

}  // namespace

bool ends_connection(std::string_view state) {
    return state.starts_with("08") || state.starts_with("57P");
}

void throw_postgresql_error(const std::string& name, std::string_view state,
                            std::string_view message) {
    const std::string text = fmt::format("{}: {}", name, on_one_line(std::string(message)));
    if (state == "23505") throw SqlDuplicateError(text);
    if (is_one_of(state, conflicts)) throw SqlConflictError(text);
    if (state.empty() || is_one_of(state, passing)) throw StoreUnavailableError(text);
    throw StoreError(text);
}

}  // namespace punctual::detail
