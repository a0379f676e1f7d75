#include <punctual/triggers/interval.hpp>

#include "triggers/bound.hpp"
#include "triggers/interval_length.hpp"
#include "triggers/options.hpp"
#include "triggers/readers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace punctual {
namespace detail {
namespace {

constexpr const char* type_name = "interval";

/// How far `later` is from `earlier`: exact for any two instants, where a signed difference
/// overflows.
std::uint64_t distance(Instant earlier, Instant later) {
    return static_cast<std::uint64_t>(later.time_since_epoch().count()) -
           static_cast<std::uint64_t>(earlier.time_since_epoch().count());
}

std::chrono::microseconds ticks(std::uint64_t count) {
    return std::chrono::microseconds(static_cast<std::int64_t>(count));
}

class IntervalTrigger final : public TriggerImplementation {
public:
    IntervalTrigger(Duration length, const IntervalLimits& limits);

    std::optional<Instant> next(Instant after) const override;
    std::optional<Instant> previous(Instant before) const override;
    std::int64_t count(Instant first, Instant last) const override;
    Value to_value() const override;
    std::string describe() const override;
    std::shared_ptr<const TriggerImplementation> resolve(std::optional<Instant> anchor,
                                                         TimeZone zone) const override;
    TimeZone timezone() const override { return zone_; }
    Duration jitter() const override { return jitter_; }
    Instant end() const override { return end_.given() ? end_.instant() : Instant::max(); }

private:
    Instant start() const;
    std::uint64_t length() const { return static_cast<std::uint64_t>(length_.count()); }

    Duration length_;
    Bound start_;
    Bound end_;
    TimeZone zone_;
    Duration jitter_;
};
static_assert(sizeof(IntervalTrigger) <= 64);

IntervalTrigger::IntervalTrigger(Duration length, const IntervalLimits& limits)
    : length_(length),
      start_(limits.start_date, limits.timezone),
      end_(limits.end_date, limits.timezone, Fold::second),
      zone_(limits.timezone),
      jitter_(limits.jitter) {
    check_interval_length(length);
    check_not_negative(type_name, "jitter", jitter_);
}

Instant IntervalTrigger::start() const {
    if (start_.given()) return start_.instant();
    throw TriggerError(
        "interval: start_date is open; resolve the trigger with the time of adding first");
}

std::optional<Instant> IntervalTrigger::next(Instant after) const {
    const Instant first = start();
    const Instant last = end();
    if (after >= last) return std::nullopt;
    if (after < first) return first <= last ? std::optional(first) : std::nullopt;
    const std::uint64_t step = length() - distance(first, after) % length();
    if (step > distance(after, last)) return std::nullopt;
    return after + ticks(step);
}

std::optional<Instant> IntervalTrigger::previous(Instant before) const {
    const Instant first = start();
    if (before <= first) return std::nullopt;
    const Instant last = std::min(before - std::chrono::microseconds(1), end());
    if (last < first) return std::nullopt;
    return last - ticks(distance(first, last) % length());
}

std::int64_t IntervalTrigger::count(Instant first, Instant last) const {
    const Instant begin = start();
    const Instant low = std::max(first, begin);
    const Instant high = std::min(last, end());
    if (low > high) return 0;
    // The instants up to `high`, less those before `low`.
    const std::uint64_t before_low = low == begin ? 0 : (distance(begin, low) - 1) / length() + 1;
    const std::uint64_t steps = distance(begin, high) / length() - before_low;
    constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    return static_cast<std::int64_t>(steps >= most ? most : steps + 1);
}

Value IntervalTrigger::to_value() const {
    Value value = Value::object({{"type", type_name}});
    write_interval_length(length_, value);
    if (const When written = start_.written()) value.set("start_date", written.to_string());
    if (const When written = end_.written()) value.set("end_date", written.to_string());
    if (zone_) value.set("timezone", zone_.name());
    if (jitter_.count() != 0) value.set("jitter", seconds_value(jitter_));
    return value;
}

std::string IntervalTrigger::describe() const {
    std::string text = "every " + describe_interval_length(length_);
    if (const When written = start_.written()) text += " from " + describe_when(written);
    if (const When written = end_.written()) text += " until " + describe_when(written);
    if (zone_ && (start_.is_wall_time() || end_.is_wall_time())) text += ", " + zone_.name();
    return text;
}

std::shared_ptr<const TriggerImplementation> IntervalTrigger::resolve(std::optional<Instant> anchor,
                                                                      TimeZone zone) const {
    const bool fills_zone = !zone_ && zone;
    const bool fills_start = !start_.given() && anchor;
    if (!fills_zone && !fills_start) return nullptr;
    auto resolved = std::make_shared<IntervalTrigger>(*this);
    if (fills_zone) {
        resolved->zone_ = zone;
        resolved->end_ = Bound(end_.written(), zone, Fold::second);
        if (start_.is_wall_time()) resolved->start_ = Bound(start_.written(), zone);
    }
    if (fills_start) {
        const bool overflows = length() > distance(*anchor, Instant::max());
        resolved->start_ = Bound::filled_in(overflows ? Instant::max() : *anchor + ticks(length()));
    }
    return resolved;
}

}  // namespace

std::shared_ptr<const TriggerImplementation> read_interval(const Value& value) {
    OptionReader options(value, type_name);
    const Duration length = read_interval_length(options);
    const When start_date = options.when("start_date");
    const When end_date = options.when("end_date");
    const TimeZone zone = options.timezone();
    const Duration jitter = options.jitter();
    options.finish();
    return std::make_shared<IntervalTrigger>(length,
                                             IntervalLimits{start_date, end_date, zone, jitter});
}

}  // namespace detail

Trigger interval(Duration length, const IntervalLimits& limits) {
    return Trigger(std::make_shared<detail::IntervalTrigger>(length, limits));
}

Trigger interval(const IntervalOptions& options) {
    return interval(detail::total_length(options), {.start_date = options.start_date,
                                                    .end_date = options.end_date,
                                                    .timezone = options.timezone,
                                                    .jitter = options.jitter});
}

}  // namespace punctual
