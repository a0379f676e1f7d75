#include "triggers/cron_text.hpp"

#include <fmt/format.h>

#include <algorithm>

#include <punctual/errors.hpp>
#include <punctual/value.hpp>

namespace punctual::detail {

namespace {

char lower(char character) {
    return character >= 'A' && character <= 'Z' ? static_cast<char>(character - 'A' + 'a')
                                                : character;
}

}  // namespace

std::optional<std::int32_t> find_name(std::span<const std::string_view> names,
                                      std::string_view word) {
    const auto same = [](char a, char b) { return a == lower(b); };
    for (std::size_t index = 0; index < names.size(); ++index) {
        if (std::ranges::equal(names[index], word, same)) return static_cast<std::int32_t>(index);
    }
    return std::nullopt;
}

void CronFieldText::fail(const std::string& reason) const {
    // Through JSON, for text may hold anything and an error is one line.
    throw TriggerError(
        fmt::format("{}: {} is {}; {}", syntax, field, Value(text).to_json(), reason));
}

void CronFieldText::fail_range(std::int64_t value, std::int32_t first, std::int32_t last) const {
    fail(fmt::format("{} is out of range: {} to {} is allowed", value, first, last));
}

void CronFieldText::fail_order(std::string_view item) const {
    fail(fmt::format("the range {} runs backwards: the smaller value comes first",
                     Value(item).to_json()));
}

}  // namespace punctual::detail
