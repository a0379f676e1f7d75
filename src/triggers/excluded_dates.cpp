#include "triggers/excluded_dates.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace punctual {

namespace {

std::chrono::local_days date_of(const When& when) {
    if (when.is_date()) return std::chrono::floor<std::chrono::days>(when.wall_time());
    throw TriggerError(
        fmt::format("except: dates: {} is no date; one without a time is needed, such "
                    "as 2025-12-25",
                    when ? when.to_string() : "an empty one"));
}

}  // namespace

DateRange::DateRange(When first, When last) : first_(date_of(first)), last_(date_of(last)) {
    if (first_ <= last_) return;
    throw TriggerError(
        fmt::format("except: dates: {} to {} runs backwards; give the earlier date first",
                    first.to_string(), last.to_string()));
}

namespace detail {

namespace {

std::string format_day(std::int32_t day) {
    return When(std::chrono::year_month_day(std::chrono::local_days(std::chrono::days(day))))
        .to_string();
}

std::int32_t day_number(std::chrono::local_days date) {
    return static_cast<std::int32_t>(date.time_since_epoch().count());
}

DateRange read_date_range(const Value& item, OptionReader& options) {
    constexpr const char* needed =
        "a date such as \"2025-12-25\", or an array of the first and the last, is needed";
    const auto read = [&](const Value& text) {
        if (!text.is_text()) options.fail("dates", item, needed);
        try {
            return When(text.as_text());
        } catch (const TimeFormatError& error) {
            throw TriggerError(fmt::format("except: dates: {}", error.what()));
        }
    };
    if (!item.is_array()) return read(item);
    const Value::Array& pair = item.as_array();
    if (pair.size() != 2) options.fail("dates", item, needed);
    return {read(pair[0]), read(pair[1])};
}

}  // namespace

ExcludedDates::ExcludedDates(const std::vector<DateRange>& dates) {
    std::vector<Range> sorted;
    sorted.reserve(dates.size());
    for (const DateRange& range : dates) {
        sorted.push_back({day_number(range.first()), day_number(range.last())});
    }
    std::sort(sorted.begin(), sorted.end(),
              [](const Range& a, const Range& b) { return a.first < b.first; });
    for (const Range& range : sorted) {
        if (!ranges_.empty() && range.first <= ranges_.back().last + 1) {
            ranges_.back().last = std::max(ranges_.back().last, range.last);
        } else {
            ranges_.push_back(range);
        }
    }
}

const ExcludedDates::Range* ExcludedDates::find(std::int32_t day) const {
    const auto range =
        std::partition_point(ranges_.begin(), ranges_.end(),
                             [&](const Range& candidate) { return candidate.last < day; });
    return range != ranges_.end() && range->first <= day ? &*range : nullptr;
}

Value ExcludedDates::to_value() const {
    Value::Array array;
    for (const Range& range : ranges_) {
        const std::string first = format_day(range.first);
        array.push_back(range.first == range.last ? Value(first)
                                                  : Value::array({first, format_day(range.last)}));
    }
    return array;
}

std::string ExcludedDates::describe() const {
    constexpr std::size_t most = 5;
    std::vector<std::string> parts;
    for (const Range& range : ranges_) {
        if (parts.size() == most) {
            parts.push_back(fmt::format("and {} more", ranges_.size() - most));
            break;
        }
        parts.push_back(
            range.first == range.last
                ? "on " + format_day(range.first)
                : fmt::format("from {} to {}", format_day(range.first), format_day(range.last)));
    }
    return fmt::format("{}", fmt::join(parts, ", "));
}

std::vector<DateRange> read_dates(OptionReader& options) {
    std::vector<DateRange> dates;
    for (const Value& item : options.array("dates"))
        dates.push_back(read_date_range(item, options));
    return dates;
}

}  // namespace detail

}  // namespace punctual
