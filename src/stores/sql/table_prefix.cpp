#include "stores/sql/table_prefix.hpp"

#include <punctual/errors.hpp>

#include <fmt/format.h>
#include <algorithm>

namespace punctual::detail {

namespace {

// Servers give names 63 bytes, and what follows the prefix has up to 32.
constexpr std::size_t longest_prefix = 30;

bool is_plain(char byte) {
    return (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '_';
}

}  // namespace

std::string check_table_prefix(std::string_view prefix) {
    const bool fits = !prefix.empty() && prefix.size() <= longest_prefix &&
                      std::ranges::all_of(prefix, is_plain) && (prefix[0] < '0' || prefix[0] > '9');
    if (fits) return std::string(prefix);
    throw ValueError(
        fmt::format("has prefix={}, which can be up to {} of a-z, 0-9 and _, beginning with a "
                    "letter or _",
                    prefix, longest_prefix));
}

std::string read_table_prefix(const StoreUrl& url, const StoreUrlOption& option) {
    try {
        return check_table_prefix(url.text(option));
    } catch (const ValueError&) {
        url.refuse_value(option, fmt::format("up to {} of a-z, 0-9 and _, beginning with a letter "
                                             "or _",
                                             longest_prefix));
    }
}

}  // namespace punctual::detail
