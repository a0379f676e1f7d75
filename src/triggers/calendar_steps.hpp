#pragma once
// The dates of a `calendar_interval`: from a start date, step by step, to the year 9999.
// Dates are days since 1970-01-01.

#include <cstdint>
#include <memory>
#include <optional>

namespace punctual::detail {

/// A step keeps the day of the month and adds the months, again and again until the month has the
/// day; then it adds the days. Steps of days alone or of months alone are computed; a mixed one
/// depends on the date before it, so those are walked, from the nearest date that is remembered.
class CalendarSteps {
public:
    /// `months` and `days` are not negative, and not both 0.
    CalendarSteps(std::int32_t start, std::int64_t months, std::int64_t days);

    /// The first date on or after `day`.
    [[nodiscard]] std::optional<std::int32_t> first_from(std::int32_t day) const;
    /// The last date on or before `day`.
    [[nodiscard]] std::optional<std::int32_t> last_until(std::int32_t day) const;
    /// The date that follows `date`, which must be one of them.
    [[nodiscard]] std::optional<std::int32_t> following(std::int32_t date) const;

private:
    [[nodiscard]] std::optional<std::int32_t> first_by_days(std::int32_t day) const;
    [[nodiscard]] std::optional<std::int32_t> last_by_days(std::int32_t day) const;
    [[nodiscard]] std::optional<std::int32_t> first_by_months(std::int32_t day) const;
    [[nodiscard]] std::optional<std::int32_t> last_by_months(std::int32_t day) const;
    [[nodiscard]] std::optional<std::int32_t> first_by_walking(std::int32_t day) const;
    [[nodiscard]] std::optional<std::int32_t> last_by_walking(std::int32_t day) const;
    /// A date on or before `day` from which it is a short walk.
    [[nodiscard]] std::int32_t walk_from(std::int32_t day) const;

    struct Landmarks;

    std::int32_t start_;
    std::int64_t months_;
    std::int64_t days_;
    // For mixed steps only. Shared by copies, which have the same dates.
    std::shared_ptr<Landmarks> landmarks_;
};

}  // namespace punctual::detail
