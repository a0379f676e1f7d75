#pragma once
// Which days of a month a cron expression names.

#include "time/civil.hpp"
#include "triggers/cron_fields.hpp"

#include <cstdint>

namespace punctual::detail {

/// A month as far as its days depend on it.
struct MonthShape {
    std::int32_t first_day;      ///< Of the month, in days since 1970-01-01.
    std::int32_t length;         ///< In days.
    std::int32_t first_weekday;  ///< Of its first day; 0 is Monday.
};

/// The days of a month that `CronDays` and weeks name, as bits 1 to 31.
class CronMonth {
public:
    explicit CronMonth(const CronFields& fields);

    [[nodiscard]] std::uint32_t days_in(const MonthShape& month) const {
        const std::uint32_t existing = (std::uint32_t{2} << month.length) - 2;
        if (!plain_) [[unlikely]] {
            return special_days_in(month) & existing;
        }
        return numbers_ & static_cast<std::uint32_t>(weekdays_ >> month.first_weekday) & existing;
    }
    /// False if the days depend on the length of the month alone.
    [[nodiscard]] bool weekdays_matter() const { return weekdays_matter_; }

private:
    [[nodiscard]] std::uint32_t special_days_in(const MonthShape& month) const;
    [[nodiscard]] std::uint32_t days_of_weeks(const MonthShape& month) const;

    std::uint32_t numbers_;
    bool plain_;  // numbers and weekdays say it all
    bool weekdays_matter_;
    std::uint64_t weekdays_;  // the week again and again; day 1 is bit 1 + its weekday
    std::uint64_t weeks_;
    CronDays days_;
    CronDays by_weekday_;
    CronDayRule rule_;
};

}  // namespace punctual::detail
