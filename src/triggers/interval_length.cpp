#include "triggers/interval_length.hpp"

#include <fmt/format.h>

#include <array>
#include <cmath>
#include <string_view>

namespace punctual::detail {

namespace {

struct Unit {
    const char* name;
    const char* plural;
    std::int64_t microseconds;
};

constexpr std::array<Unit, 5> units = {{{"week", "weeks", 604'800'000'000},
                                        {"day", "days", 86'400'000'000},
                                        {"hour", "hours", 3'600'000'000},
                                        {"minute", "minutes", 60'000'000},
                                        {"second", "seconds", 1'000'000}}};

/// The largest unit that divides `length`; seconds if none does.
const Unit& dividing_unit(Duration length) {
    for (const Unit& unit : units) {
        if (length.count() % unit.microseconds == 0) return unit;
    }
    return units.back();
}

/// The decimal form of a number of microseconds in seconds: "1.5".
std::string decimal_seconds(std::int64_t microseconds) {
    std::string text = fmt::format("{}.{:06}", microseconds / 1'000'000, microseconds % 1'000'000);
    text.resize(text.find_last_not_of('0') + 1);
    return text;
}

}  // namespace

Duration total_length(const IntervalOptions& options) {
    const std::array<double, units.size()> amounts = {
        options.weeks.number(), options.days.number(), options.hours.number(),
        options.minutes.number(), options.seconds.number()};
    // A long double holds every microsecond of 64 bits, so that whole amounts add up exactly.
    long double total = 0;
    for (std::size_t i = 0; i < units.size(); ++i) {
        total +=
            static_cast<long double>(amounts[i]) * static_cast<long double>(units[i].microseconds);
    }
    constexpr long double limit = 9223372036854775807.0L;
    if (!(std::fabs(total) <= limit)) {
        throw TriggerError(
            fmt::format("interval: a length of {} seconds is out of range; at most "
                        "{} seconds is right",
                        static_cast<double>(total / 1e6L), 9'223'372'036'854));
    }
    const Duration length = std::chrono::microseconds(std::llroundl(total));
    check_interval_length(length);
    return length;
}

Duration read_interval_length(OptionReader& options) {
    IntervalOptions amounts;
    amounts.weeks = options.number("weeks", 0);
    amounts.days = options.number("days", 0);
    amounts.hours = options.number("hours", 0);
    amounts.minutes = options.number("minutes", 0);
    amounts.seconds = options.number("seconds", 0);
    return total_length(amounts);
}

void check_interval_length(Duration length) {
    if (length.count() >= 1) return;
    throw TriggerError(
        fmt::format("interval: the length is {} seconds; weeks, days, hours, minutes and seconds "
                    "must add up to at least 0.000001",
                    static_cast<double>(length.count()) / 1e6));
}

void write_interval_length(Duration length, Value& value) {
    const Unit& unit = dividing_unit(length);
    const std::int64_t whole = length.count() / unit.microseconds;
    const std::int64_t rest = length.count() % unit.microseconds;
    if (rest == 0) {
        value.set(unit.plural, whole);
        return;
    }
    // Seconds with a fraction are a double, exact to the microsecond up to 2^53 of them; the whole
    // days beyond that stand beside.
    constexpr std::int64_t exact = std::int64_t{1} << 53;
    const Unit& day = units[1];
    const std::int64_t days = length.count() > exact ? length.count() / day.microseconds : 0;
    if (days != 0) value.set(day.plural, days);
    value.set("seconds", static_cast<double>(length.count() - days * day.microseconds) / 1e6);
}

std::string describe_interval_length(Duration length) {
    const Unit& unit = dividing_unit(length);
    if (length.count() % unit.microseconds != 0)
        return decimal_seconds(length.count()) + " seconds";
    const std::int64_t amount = length.count() / unit.microseconds;
    return amount == 1 ? unit.name : fmt::format("{} {}", amount, unit.plural);
}

}  // namespace punctual::detail
