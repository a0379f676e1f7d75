#pragma once
// The length of an interval: from weeks, days, hours, minutes and seconds to microseconds and back.

#include <punctual/triggers/interval.hpp>

#include "triggers/options.hpp"

#include <string>

namespace punctual::detail {

/// The sum of the amounts, rounded to microseconds once.
/// *Throws* TriggerError if it is less than a microsecond or more than 64 bits hold.
[[nodiscard]] Duration total_length(const IntervalOptions& options);

/// The same, of the keys `weeks` to `seconds`.
[[nodiscard]] Duration read_interval_length(OptionReader& options);

/// *Throws* TriggerError if `length` is less than a microsecond.
void check_interval_length(Duration length);

/// Sets the one key whose unit divides `length`: equal lengths are stored alike, however written.
void write_interval_length(Duration length, Value& value);

/// "2 hours", "second", "1.5 seconds": what follows "every".
[[nodiscard]] std::string describe_interval_length(Duration length);

}  // namespace punctual::detail
