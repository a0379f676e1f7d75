#include "config/settings_reader.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <utility>

#include "triggers/options.hpp"

namespace punctual::detail {

namespace {

// These words are APScheduler's, whose settings carry over.
constexpr std::array<std::string_view, 6> words_for_true = {"true", "yes", "on", "y", "t", "1"};
constexpr std::array<std::string_view, 6> words_for_false = {"false", "no", "off", "n", "f", "0"};

std::string lower_case(std::string text) {
    for (char& letter : text) {
        if (letter >= 'A' && letter <= 'Z') letter = static_cast<char>(letter - 'A' + 'a');
    }
    return text;
}

std::optional<bool> boolean_of(const Value& value) {
    if (value.is_boolean()) return value.as_boolean();
    if (!value.is_text()) return std::nullopt;
    const std::string word = lower_case(value.as_text());
    if (std::ranges::find(words_for_true, word) != words_for_true.end()) return true;
    if (std::ranges::find(words_for_false, word) != words_for_false.end()) return false;
    return std::nullopt;
}

/// The number that the whole text is.
template <class Number>
std::optional<Number> parse_number(std::string_view text) {
    Number number{};
    const char* end = text.data() + text.size();
    const auto [stop, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc() || stop != end) return std::nullopt;
    return number;
}

std::optional<std::int64_t> whole_of(const Value& value) {
    if (value.is_integer()) return value.as_integer();
    if (value.is_text()) return parse_number<std::int64_t>(value.as_text());
    return std::nullopt;
}

std::optional<Duration> duration_of_seconds(double seconds) {
    // About the largest number of seconds whose microseconds a 64-bit integer holds.
    constexpr double most = 9e12;
    if (!(seconds >= 0 && seconds <= most)) return std::nullopt;
    return std::chrono::microseconds(std::llround(seconds * 1e6));
}

std::optional<Duration> duration_of(const Value& value) {
    if (value.is_number()) return duration_of_seconds(value.as_number());
    if (!value.is_text()) return std::nullopt;
    if (value.as_text() == "unlimited") return unlimited;
    if (const auto seconds = parse_number<double>(value.as_text())) {
        return duration_of_seconds(*seconds);
    }
    try {
        return parse_duration(value.as_text());
    } catch (const TimeFormatError&) {
        return std::nullopt;
    }
}

}  // namespace

SettingsReader::SettingsReader(const Value& table, std::string path) : path_(std::move(path)) {
    if (!table.is_object()) {
        throw SettingsError(path_, fmt::format("{} is {}; a table of keys and values is needed",
                                               path_.empty() ? "what holds the settings" : path_,
                                               table.type_name()));
    }
    table_ = &table.as_object();
}

std::string SettingsReader::path_of(std::string_view key) const {
    return path_.empty() ? std::string(key) : fmt::format("{}.{}", path_, key);
}

const Value* SettingsReader::find(std::string_view key) {
    known_.emplace_back(key);
    const auto member = std::ranges::find(*table_, key, &Value::Member::first);
    return member == table_->end() ? nullptr : &member->second;
}

std::optional<SettingsReader> SettingsReader::find_table(std::string_view key) {
    const Value* value = find(key);
    if (value == nullptr) return std::nullopt;
    return SettingsReader(*value, path_of(key));
}

std::optional<std::string> SettingsReader::find_text(std::string_view key) {
    const Value* value = find(key);
    if (value == nullptr) return std::nullopt;
    if (!value->is_text()) {
        throw SettingsError(path_of(key), fmt::format("{} is {}; text is needed", path_of(key),
                                                      value->type_name()));
    }
    return value->as_text();
}

void SettingsReader::read_boolean(std::string_view key, bool& field) {
    const Value* value = find(key);
    if (value == nullptr) return;
    const auto flag = boolean_of(*value);
    if (!flag) fail(key, *value, "true or false");
    field = *flag;
}

std::optional<std::int64_t> SettingsReader::find_whole(std::string_view key, SettingsRange range) {
    const Value* value = find(key);
    if (value == nullptr) return std::nullopt;
    const auto number = whole_of(*value);
    if (!number || *number < range.least || *number > range.most) {
        fail(key, *value, fmt::format("a whole number from {} to {}", range.least, range.most));
    }
    return number;
}

void SettingsReader::read_duration(std::string_view key, Duration& field) {
    const Value* value = find(key);
    if (value == nullptr) return;
    const auto length = duration_of(*value);
    if (!length || length->count() < 1) {
        fail(key, *value,
             "a number of seconds above 0, or text such as \"30s\", \"1h 30m\" or \"unlimited\",");
    }
    field = *length;
}

void SettingsReader::read_timezone(std::string_view key, TimeZone& field) {
    const Value* value = find(key);
    if (value == nullptr) return;
    if (!value->is_text()) fail(key, *value, "a name such as \"Europe/Berlin\"");
    try {
        field = TimeZone(value->as_text());
    } catch (const TimeZoneError& error) {
        throw SettingsError(path_of(key), fmt::format("{}: {}", path_of(key), error.what()));
    }
}

void SettingsReader::read_on_lost(std::string_view key, OnLost& field) {
    const Value* value = find(key);
    if (value == nullptr) return;
    if (*value == Value("record")) {
        field = OnLost::record;
    } else if (*value == Value("rerun")) {
        field = OnLost::rerun;
    } else {
        fail(key, *value, "\"record\" or \"rerun\"");
    }
}

void SettingsReader::finish() const {
    for (const auto& [key, value] : *table_) {
        if (std::ranges::find(known_, key) != known_.end()) continue;
        const std::string nearest = nearest_word(key, known_);
        const std::string advice = nearest.empty()
                                       ? fmt::format("known are {}", fmt::join(known_, ", "))
                                       : fmt::format("did you mean {}?", nearest);
        throw SettingsError(path_of(key),
                            fmt::format("{}{}unknown key {}; {}", path_, path_.empty() ? "" : ": ",
                                        Value(key).to_json(), advice));
    }
}

void SettingsReader::fail(std::string_view key, const Value& value, std::string_view needed) const {
    throw SettingsError(
        path_of(key), fmt::format("{} is {}; {} is needed", path_of(key), value.to_json(), needed));
}

}  // namespace punctual::detail
