#include "stores/postgresql/tables.hpp"

#include <fmt/format.h>

namespace punctual::detail {

namespace {

std::string quote(std::string_view text, char mark) {
    std::string quoted(1, mark);
    for (const char byte : text) {
        quoted += byte;
        if (byte == mark) quoted += mark;
    }
    return quoted + mark;
}

}  // namespace

std::string quote_name(std::string_view name) {
    return quote(name, '"');
}

std::string quote_text(std::string_view text) {
    return quote(text, '\'');
}

// Short ids have fewer bytes than the keys of long ones, so that the two never meet.
std::string key_of(std::string_view column) {
    return fmt::format(
        "(CASE WHEN octet_length({0}) < 256 THEN {0} "
        "ELSE substr({0}, 1, 224) || sha256({0}) END)",
        column);
}

}  // namespace punctual::detail
