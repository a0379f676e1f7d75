#include "stores/mysql/tables.hpp"

#include <fmt/format.h>

namespace punctual::detail {

std::string quote_mysql_text(std::string_view text) {
    std::string quoted = "'";
    for (const char byte : text) {
        if (byte == '\'' || byte == '\\') quoted += '\\';
        quoted += byte;
    }
    return quoted + "'";
}

// Short ids have fewer bytes than the keys of long ones, so that the two never meet.
std::string mysql_key_of(std::string_view value) {
    return fmt::format(
        "IF(OCTET_LENGTH({0}) < 256, {0}, CONCAT(SUBSTR({0}, 1, 224), UNHEX(SHA2({0}, 256))))",
        value);
}

}  // namespace punctual::detail
