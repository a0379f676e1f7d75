#pragma once
// How `cron` and `crontab` are read from their stored forms.

#include <punctual/trigger.hpp>

#include <memory>

namespace punctual::detail {

// Each *throws* TriggerError that names the key, the value and what would be right.
[[nodiscard]] std::shared_ptr<const TriggerImplementation> read_cron(const Value& value);
[[nodiscard]] std::shared_ptr<const TriggerImplementation> read_crontab(const Value& value);

}  // namespace punctual::detail
