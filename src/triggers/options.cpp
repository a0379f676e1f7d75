#include "triggers/options.hpp"

#include "time/edit_distance.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

namespace punctual::detail {

namespace {

constexpr std::array<const char*, 3> dst_names = {"once", "skip", "literal"};

}  // namespace

OptionReader::OptionReader(const Value& value, std::string_view type) : type_(type) {
    if (!value.is_object()) {
        throw TriggerError(fmt::format("{}: {} is {}; an object is needed", type, value.to_json(),
                                       value.type_name()));
    }
    object_ = &value.as_object();
    known_.emplace_back("type");
}

const Value* OptionReader::find(std::string_view key) {
    known_.emplace_back(key);
    const auto member = std::find_if(object_->begin(), object_->end(),
                                     [&](const auto& entry) { return entry.first == key; });
    return member == object_->end() ? nullptr : &member->second;
}

const Value& OptionReader::require(std::string_view key) {
    const Value* value = find(key);
    if (value == nullptr) throw TriggerError(fmt::format("{}: {} is missing", type_, key));
    return *value;
}

std::string OptionReader::text(std::string_view key, std::string_view fallback) {
    const Value* value = find(key);
    if (value == nullptr) return std::string(fallback);
    if (!value->is_text()) fail(key, *value, "text is needed");
    return value->as_text();
}

double OptionReader::number(std::string_view key, double fallback) {
    const Value* value = find(key);
    if (value == nullptr) return fallback;
    if (!value->is_number()) fail(key, *value, "a number is needed");
    return value->as_number();
}

std::int64_t OptionReader::whole(std::string_view key, std::int64_t fallback, WholeRange range) {
    const Value* value = find(key);
    if (value == nullptr) return fallback;
    if (!value->is_integer() || value->as_integer() < range.first ||
        value->as_integer() > range.last) {
        fail(key, *value,
             fmt::format("a whole number from {} to {} is needed", range.first, range.last));
    }
    return value->as_integer();
}

Duration OptionReader::seconds(std::string_view key, Duration fallback) {
    // About the largest number of seconds whose microseconds a 64-bit integer holds.
    constexpr double most = 9e12;
    const Value* value = find(key);
    if (value == nullptr) return fallback;
    if (!value->is_number() || value->as_number() < 0 || !(value->as_number() <= most)) {
        fail(key, *value, "a number of seconds that is 0 or more is needed");
    }
    return std::chrono::microseconds(std::llround(value->as_number() * 1e6));
}

When OptionReader::when(std::string_view key) {
    const Value* value = find(key);
    if (value == nullptr) return {};
    if (!value->is_text()) {
        fail(key, *value, "text such as \"2025-01-31\" or \"2025-01-31 09:00\" is needed");
    }
    try {
        return When(value->as_text());
    } catch (const TimeFormatError& error) {
        throw TriggerError(fmt::format("{}: {}: {}", type_, key, error.what()));
    }
}

std::span<const Value> OptionReader::array(std::string_view key) {
    const Value* value = find(key);
    if (value == nullptr) return {};
    if (!value->is_array()) fail(key, *value, "an array is needed");
    return value->as_array();
}

TimeZone OptionReader::timezone() {
    const Value* value = find("timezone");
    if (value == nullptr) return {};
    if (!value->is_text()) fail("timezone", *value, "a name such as \"Europe/Berlin\" is needed");
    try {
        return TimeZone(value->as_text());
    } catch (const TimeZoneError& error) {
        throw TriggerError(fmt::format("{}: timezone: {}", type_, error.what()));
    }
}

Dst OptionReader::dst() {
    const Value* value = find("dst");
    if (value == nullptr) return Dst::once;
    const auto* name = std::find_if(dst_names.begin(), dst_names.end(), [&](const char* known) {
        return value->is_text() && value->as_text() == known;
    });
    if (name == dst_names.end()) {
        fail("dst", *value, "\"once\", \"skip\" or \"literal\" is needed");
    }
    return static_cast<Dst>(name - dst_names.begin());
}

void OptionReader::finish() const {
    for (const auto& [key, value] : *object_) {
        if (std::find(known_.begin(), known_.end(), key) != known_.end()) continue;
        const std::string nearest = nearest_word(key, known_);
        throw TriggerError(nearest.empty()
                               ? fmt::format("{}: unknown key {}; known are {}", type_,
                                             Value(key).to_json(), fmt::join(known_, ", "))
                               : fmt::format("{}: unknown key {}; did you mean {}?", type_,
                                             Value(key).to_json(), nearest));
    }
}

void OptionReader::fail(std::string_view key, const Value& value, std::string_view needed) const {
    throw TriggerError(fmt::format("{}: {} is {}; {}", type_, key, value.to_json(), needed));
}

std::string nearest_word(std::string_view word, std::span<const std::string> known) {
    const std::size_t farthest = std::max<std::size_t>(1, word.size() / 3);
    std::string nearest;
    std::size_t smallest = farthest + 1;
    for (const std::string& candidate : known) {
        const std::size_t distance = edit_distance(word, candidate);
        if (distance < smallest) {
            smallest = distance;
            nearest = candidate;
        }
    }
    return nearest;
}

const char* dst_name(Dst dst) {
    return dst_names.at(static_cast<std::size_t>(dst));
}

Value seconds_value(Duration length) {
    if (length.count() % 1'000'000 == 0) return length.count() / 1'000'000;
    return static_cast<double>(length.count()) / 1e6;
}

void check_not_negative(std::string_view type, std::string_view key, Duration length) {
    if (length.count() >= 0) return;
    throw TriggerError(fmt::format("{}: {} is {} seconds; 0 or more is needed", type, key,
                                   static_cast<double>(length.count()) / 1e6));
}

}  // namespace punctual::detail
