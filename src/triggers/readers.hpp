#pragma once
// How each type of trigger that Punctual brings is read from its stored form. `cron` and `crontab`
// are in `cron_json.hpp`.

#include <punctual/trigger.hpp>

#include <memory>

namespace punctual::detail {

// Each *throws* TriggerError that names the key, the value and what would be right.
[[nodiscard]] std::shared_ptr<const TriggerImplementation> read_date(const Value& value);
[[nodiscard]] std::shared_ptr<const TriggerImplementation> read_interval(const Value& value);
[[nodiscard]] std::shared_ptr<const TriggerImplementation> read_calendar_interval(
    const Value& value);
[[nodiscard]] std::shared_ptr<const TriggerImplementation> read_and(const Value& value);
[[nodiscard]] std::shared_ptr<const TriggerImplementation> read_or(const Value& value);
[[nodiscard]] std::shared_ptr<const TriggerImplementation> read_except(const Value& value);
[[nodiscard]] std::shared_ptr<const TriggerImplementation> read_on_demand(const Value& value);

}  // namespace punctual::detail
