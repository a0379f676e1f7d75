#include "table_reader.hpp"

#include <punctual/errors.hpp>

#include <fmt/format.h>
#include <algorithm>
#include <cmath>

#include "config/toml_document.hpp"
#include "triggers/options.hpp"

namespace punctual::program {

namespace {

const Value& empty_table() {
    static const Value empty = Value::object();
    return empty;
}

constexpr const char* length_needed =
    "a length such as \"30s\" or \"1h 30m\", or a number of seconds, is needed";

}  // namespace

TableReader::TableReader(const Value& table, std::string path, Mistakes& mistakes)
    : table_(&table), path_(std::move(path)), mistakes_(mistakes) {
    if (table.is_object()) return;
    mistakes_.add(path_, fmt::format(" is {}; a table is needed", table.to_json()));
    table_ = &empty_table();
}

std::string TableReader::path_of(std::string_view key) const {
    return detail::toml_path(path_, key);
}

const Value* TableReader::find(std::string_view key) {
    if (std::ranges::find(known_, key) == known_.end()) known_.emplace_back(key);
    return table_->find(key);
}

std::optional<std::string> TableReader::text(std::string_view key) {
    const Value* value = find(key);
    if (value == nullptr) return std::nullopt;
    if (value->is_text()) return value->as_text();
    note(key, *value, "text is needed");
    return std::nullopt;
}

std::optional<bool> TableReader::flag(std::string_view key) {
    const Value* value = find(key);
    if (value == nullptr) return std::nullopt;
    if (value->is_boolean()) return value->as_boolean();
    note(key, *value, "true or false is needed");
    return std::nullopt;
}

std::optional<std::int64_t> TableReader::whole(std::string_view key, std::int64_t least,
                                               std::int64_t most) {
    const Value* value = find(key);
    if (value == nullptr) return std::nullopt;
    if (value->is_integer() && value->as_integer() >= least && value->as_integer() <= most) {
        return value->as_integer();
    }
    note(key, *value, fmt::format("a whole number from {} to {} is needed", least, most));
    return std::nullopt;
}

std::optional<Duration> TableReader::duration(std::string_view key, Duration least) {
    // About the largest number of seconds whose microseconds a 64-bit integer holds.
    constexpr double most_seconds = 9e12;
    const Value* value = find(key);
    if (value == nullptr) return std::nullopt;
    std::optional<Duration> length;
    if (value->is_text()) {
        try {
            length = value->as_text() == "unlimited" ? unlimited : parse_duration(value->as_text());
        } catch (const TimeFormatError& error) {
            note(key, error.what());
            return std::nullopt;
        }
    } else if (value->is_number() && std::abs(value->as_number()) <= most_seconds) {
        length = std::chrono::microseconds(std::llround(value->as_number() * 1e6));
    }
    if (length && *length >= least) return length;
    note(key, *value,
         length ? fmt::format("at least {} is needed", format_duration(least)) : length_needed);
    return std::nullopt;
}

std::optional<TimeZone> TableReader::timezone(std::string_view key) {
    const auto name = text(key);
    if (!name) return std::nullopt;
    try {
        return TimeZone(*name);
    } catch (const TimeZoneError& error) {
        note(key, error.what());
        return std::nullopt;
    }
}

TableReader TableReader::table(std::string_view key) {
    const Value* value = find(key);
    return {value == nullptr ? empty_table() : *value, path_of(key), mistakes_};
}

void TableReader::finish() {
    for (const auto& [key, value] : members()) {
        if (std::ranges::find(known_, key) != known_.end()) continue;
        const std::string nearest = detail::nearest_word(key, known_);
        mistakes_.add(path_of(key),
                      nearest.empty()
                          ? fmt::format(" is not known here; known are {}", fmt::join(known_, ", "))
                          : fmt::format(" is not known here; did you mean {}?", nearest));
    }
}

void TableReader::note(std::string_view key, const Value& value, std::string_view needed) {
    mistakes_.add(path_of(key), fmt::format(" is {}; {}", value.to_json(), needed));
}

void TableReader::note(std::string_view key, std::string_view message) {
    mistakes_.add(path_of(key), fmt::format(": {}", message));
}

}  // namespace punctual::program
