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

/// The instants start + k * length up to `last`.
struct Series {
    Instant start;
    std::uint64_t length;
    Instant last = Instant::max();

    std::optional<Instant> next(Instant after) const;
    std::optional<Instant> previous(Instant before) const;
    std::int64_t count(Instant from, Instant to) const;
};

std::optional<Instant> Series::next(Instant after) const {
    if (after >= last) return std::nullopt;
    if (after < start) return start <= last ? std::optional(start) : std::nullopt;
    const std::uint64_t step = length - distance(start, after) % length;
    if (step > distance(after, last)) return std::nullopt;
    return after + ticks(step);
}

std::optional<Instant> Series::previous(Instant before) const {
    if (before <= start) return std::nullopt;
    const Instant latest = std::min(before - std::chrono::microseconds(1), last);
    if (latest < start) return std::nullopt;
    return latest - ticks(distance(start, latest) % length);
}

std::int64_t Series::count(Instant from, Instant to) const {
    const Instant low = std::max(from, start);
    const Instant high = std::min(to, last);
    if (low > high) return 0;
    // The instants up to `high`, less those before `low`.
    const std::uint64_t before_low = low == start ? 0 : (distance(start, low) - 1) / length + 1;
    const std::uint64_t steps = distance(start, high) / length - before_low;
    constexpr auto most = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    return static_cast<std::int64_t>(steps >= most ? most : steps + 1);
}

/// What most intervals are once they are resolved: a length and a start, nothing else written. Of a
/// million jobs each may own one, so it holds no more than that.
class PlainInterval final : public TriggerImplementation {
public:
    PlainInterval(Duration length, Instant start) : length_(length), start_(start) {}

    std::optional<Instant> next(Instant after) const override { return series().next(after); }
    std::optional<Instant> previous(Instant before) const override {
        return series().previous(before);
    }
    std::int64_t count(Instant first, Instant last) const override {
        return series().count(first, last);
    }
    Value to_value() const override {
        Value value = Value::object({{"type", type_name}});
        write_interval_length(length_, value);
        return value;
    }
    std::string describe() const override { return "every " + describe_interval_length(length_); }

private:
    Series series() const { return {start_, static_cast<std::uint64_t>(length_.count())}; }

    Duration length_;
    Instant start_;
};
static_assert(sizeof(PlainInterval) <= 24);

class IntervalTrigger final : public TriggerImplementation {
public:
    IntervalTrigger(Duration length, const IntervalLimits& limits);

    std::optional<Instant> next(Instant after) const override { return series().next(after); }
    std::optional<Instant> previous(Instant before) const override {
        return series().previous(before);
    }
    std::int64_t count(Instant first, Instant last) const override {
        return series().count(first, last);
    }
    Value to_value() const override;
    std::string describe() const override;
    std::shared_ptr<const TriggerImplementation> resolve(std::optional<Instant> anchor,
                                                         TimeZone zone) const override;
    TimeZone timezone() const override { return zone_; }
    Duration jitter() const override { return jitter_; }
    Instant end() const override { return end_.given() ? end_.instant() : Instant::max(); }

private:
    Instant start() const;
    Instant first_after(Instant anchor) const;
    bool plain() const;
    std::uint64_t length() const { return static_cast<std::uint64_t>(length_.count()); }
    Series series() const { return {start(), length(), end()}; }

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

// One interval after the time of adding.
Instant IntervalTrigger::first_after(Instant anchor) const {
    const bool overflows = length() > distance(anchor, Instant::max());
    return overflows ? Instant::max() : anchor + ticks(length());
}

bool IntervalTrigger::plain() const {
    return !start_.given() && !end_.given() && !zone_ && jitter_.count() == 0;
}

// Without wall times the zone makes no difference, and is left out.
std::shared_ptr<const TriggerImplementation> IntervalTrigger::resolve(std::optional<Instant> anchor,
                                                                      TimeZone zone) const {
    if (anchor && plain()) return std::make_shared<PlainInterval>(length_, first_after(*anchor));
    const bool fills_zone = !zone_ && zone && (start_.is_wall_time() || end_.is_wall_time());
    const bool fills_start = !start_.given() && anchor;
    if (!fills_zone && !fills_start) return nullptr;
    auto resolved = std::make_shared<IntervalTrigger>(*this);
    if (fills_zone) {
        resolved->zone_ = zone;
        resolved->end_ = Bound(end_.written(), zone, Fold::second);
        if (start_.is_wall_time()) resolved->start_ = Bound(start_.written(), zone);
    }
    if (fills_start) resolved->start_ = Bound::filled_in(first_after(*anchor));
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
