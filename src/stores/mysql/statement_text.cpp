#include "stores/mysql/statement_text.hpp"

#include <punctual/errors.hpp>

#include <fmt/format.h>
#include <algorithm>
#include <cctype>

namespace punctual::detail {

namespace {

bool is_letter(char byte) {
    return byte >= 'a' && byte <= 'z';
}
bool is_digit(char byte) {
    return byte >= '0' && byte <= '9';
}

MysqlPlace place_of(std::string_view word, std::string_view digits) {
    std::size_t number = 0;
    for (const char digit : digits) number = number * 10 + static_cast<std::size_t>(digit - '0');
    using Kind = MysqlPlace::Kind;
    if (word == "rows" && digits.empty()) return {Kind::rows, 0};
    if (word == "rows" && number > 0) return {Kind::column, number - 1};
    if (word == "result" && !digits.empty()) return {Kind::result, number};
    if (word.empty() && number > 0) return {Kind::parameter, number - 1};
    throw StoreError(fmt::format("a statement has the place :{}{}", word, digits));
}

}  // namespace

MysqlStatementText parse_mysql_statement(std::string_view text) {
    MysqlStatementText parsed;
    while (!text.empty()) {
        const std::size_t colon = text.find(':');
        parsed.sql += text.substr(0, colon);
        if (colon == std::string_view::npos) break;
        text.remove_prefix(colon + 1);
        const auto* const word_end = std::find_if_not(text.begin(), text.end(), is_letter);
        const auto* const digits_end = std::find_if_not(word_end, text.end(), is_digit);
        parsed.places.push_back(place_of({text.begin(), word_end}, {word_end, digits_end}));
        parsed.sql += '?';
        text.remove_prefix(static_cast<std::size_t>(digits_end - text.begin()));
    }
    return parsed;
}

}  // namespace punctual::detail
