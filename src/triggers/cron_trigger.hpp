#pragma once
// What `cron` and `crontab` share as triggers.

#include <punctual/trigger.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "triggers/bound.hpp"
#include "triggers/cron_clock.hpp"

namespace punctual::detail {

/// The options of a cron trigger beside its fields.
struct CronLimits {
    When start_date;
    When end_date;
    TimeZone timezone;
    Duration jitter;
    Dst dst;
};

class CronTrigger : public TriggerImplementation {
public:
    [[nodiscard]] std::optional<Instant> next(Instant after) const final;
    [[nodiscard]] std::optional<Instant> previous(Instant before) const final;
    [[nodiscard]] std::int64_t count(Instant first, Instant last) const final;
    [[nodiscard]] Value to_value() const final;
    [[nodiscard]] std::string describe() const override;
    [[nodiscard]] std::shared_ptr<const TriggerImplementation> resolve(
        std::optional<Instant> anchor, TimeZone zone) const final;
    [[nodiscard]] TimeZone timezone() const final { return timezone_; }
    [[nodiscard]] Duration jitter() const final { return jitter_; }
    [[nodiscard]] Instant end() const final;
    [[nodiscard]] std::string explain(Instant instant) const final;
    [[nodiscard]] std::vector<DaylightSavingNote> daylight_saving(Instant from,
                                                                  Instant until) const final;

protected:
    /// *Throws* TriggerError that begins with `type` for a negative jitter.
    CronTrigger(const char* type, CronFields fields, const CronLimits& limits);

    [[nodiscard]] CronLimits limits() const;
    [[nodiscard]] const CronSchedule& schedule() const { return clock_.schedule(); }

private:
    /// The type and the fields as written.
    [[nodiscard]] virtual Value fields_value() const = 0;
    [[nodiscard]] virtual std::shared_ptr<const TriggerImplementation> with_zone(
        TimeZone zone) const = 0;
    [[nodiscard]] std::string note(const ZoneSpan& span) const;

    CronClock clock_;
    TimeZone timezone_;
    Bound start_;
    Bound end_;
    std::int64_t first_second_;  // no instant lies before it
    std::int64_t last_second_;   // nor after it
    Duration jitter_;
};

/// Reads the keys of a stored trigger that both types have.
class OptionReader;
[[nodiscard]] CronLimits read_cron_limits(OptionReader& options);

}  // namespace punctual::detail
