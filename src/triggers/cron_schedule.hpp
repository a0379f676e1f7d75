#pragma once
// A cron expression as a set of wall times, with the search for the next and the previous one.
// Wall times are seconds since 1970-01-01T00:00 on the wall.

#include "triggers/cron_fields.hpp"
#include "triggers/cron_month.hpp"

#include <cstdint>
#include <optional>

namespace punctual::detail {

/// *Thread safety*: safe; it is immutable.
class CronSchedule {
public:
    explicit CronSchedule(CronFields fields);

    [[nodiscard]] const CronFields& fields() const { return fields_; }
    /// The first wall time at or after `wall`.
    [[nodiscard]] std::optional<std::int64_t> next(std::int64_t wall) const;
    /// The last wall time at or before `wall`.
    [[nodiscard]] std::optional<std::int64_t> previous(std::int64_t wall) const;
    /// How many wall times lie in [first, last].
    [[nodiscard]] std::int64_t count(std::int64_t first, std::int64_t last) const;

private:
    using Day = std::int32_t;  // since 1970-01-01
    struct Year;

    [[nodiscard]] std::optional<Day> next_day(Day day) const;
    [[nodiscard]] std::optional<Day> next_day_after_year(std::int32_t year) const;
    [[nodiscard]] std::optional<Day> first_day(const Year& year, std::uint32_t months) const;
    [[nodiscard]] std::optional<Day> previous_day(Day day) const;
    [[nodiscard]] std::optional<Day> previous_day_before_year(std::int32_t year) const;
    [[nodiscard]] std::optional<Day> last_day(const Year& year, std::uint32_t months) const;
    [[nodiscard]] std::int64_t count_days(Day first, Day last) const;
    [[nodiscard]] std::uint32_t days_in_month_of(Day day) const;

    [[nodiscard]] std::int32_t next_time(std::int32_t time) const;
    [[nodiscard]] std::int32_t previous_time(std::int32_t time) const;
    [[nodiscard]] std::int64_t count_times_until(std::int32_t time) const;

    CronFields fields_;
    CronMonth month_;
    // Seconds after the beginning of the hour and of the day.
    std::int32_t first_in_hour_;
    std::int32_t last_in_hour_;
    std::int32_t first_in_day_;
    std::int32_t last_in_day_;
};

}  // namespace punctual::detail
