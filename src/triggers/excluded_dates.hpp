#pragma once
// The dates on which an `except` does not fire.

#include <punctual/triggers/combining.hpp>

#include "triggers/options.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace punctual::detail {

/// A sorted set of dates, as days since 1970-01-01.
class ExcludedDates {
public:
    /// Dates without one between them.
    struct Range {
        std::int32_t first;
        std::int32_t last;
    };

    explicit ExcludedDates(const std::vector<DateRange>& dates);

    /// The range that holds `day`; null if there is none. Ranges do not touch.
    [[nodiscard]] const Range* find(std::int32_t day) const;
    [[nodiscard]] bool empty() const { return ranges_.empty(); }
    /// `["2025-12-25",["2025-12-31","2026-01-02"]]`
    [[nodiscard]] Value to_value() const;
    /// "on 2025-12-25, from 2025-12-31 to 2026-01-02"
    [[nodiscard]] std::string describe() const;

private:
    std::vector<Range> ranges_;
};

/// Reads the key `dates`: dates, and arrays of the first and the last of several.
[[nodiscard]] std::vector<DateRange> read_dates(OptionReader& options);

}  // namespace punctual::detail
