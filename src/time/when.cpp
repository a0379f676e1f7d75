#include <punctual/errors.hpp>
#include <punctual/time.hpp>

#include "time/civil.hpp"
#include "time/date_time_text.hpp"
#include "time/zone.hpp"

namespace punctual {

namespace {

constexpr std::int64_t ticks_per_second = 1'000'000;

std::int64_t ticks_of(std::chrono::year_month_day date) {
    if (!date.ok()) {
        throw TimeFormatError("there is no date " + std::to_string(static_cast<int>(date.year())) +
                              "-" + std::to_string(static_cast<unsigned>(date.month())) + "-" +
                              std::to_string(static_cast<unsigned>(date.day())));
    }
    const std::chrono::sys_time<std::chrono::microseconds> midnight = std::chrono::sys_days(date);
    return midnight.time_since_epoch().count();
}

}  // namespace

When::When(std::string_view text) {
    const detail::DateTimeText parsed = detail::parse_date_time(text);
    switch (parsed.kind) {
        case detail::DateTimeText::Kind::date:
            kind_ = Kind::date;
            break;
        case detail::DateTimeText::Kind::wall:
            kind_ = Kind::wall;
            break;
        case detail::DateTimeText::Kind::instant:
            kind_ = Kind::instant;
            break;
    }
    ticks_ = parsed.ticks;
}

When::When(std::chrono::year_month_day date) : kind_(Kind::date), ticks_(ticks_of(date)) {}

WallTime When::wall_time() const {
    if (kind_ == Kind::none) throw TimeFormatError("no date or time is given");
    if (kind_ == Kind::instant) {
        throw TimeFormatError("\"" + to_string() +
                              "\" is an instant; a date or time without an offset is needed");
    }
    return WallTime(std::chrono::microseconds(ticks_));
}

Instant When::resolve(TimeZone zone, Fold fold) const {
    if (kind_ == Kind::instant) return Instant(std::chrono::microseconds(ticks_));
    const std::int64_t ticks = wall_time().time_since_epoch().count();
    const std::int64_t wall = detail::floor_divide(ticks, ticks_per_second);
    const detail::Zone& rules = zone ? *zone.rules() : detail::Zone::utc();
    const detail::WallMapping mapping = rules.at_wall(wall);
    const std::int64_t utc = fold == Fold::first ? mapping.first : mapping.second;
    return Instant(std::chrono::microseconds(ticks + (utc - wall) * ticks_per_second));
}

std::string When::to_string() const {
    switch (kind_) {
        case Kind::date:
            return detail::date_text(ticks_);
        case Kind::wall:
            return detail::date_time_text(ticks_);
        case Kind::instant:
            return detail::date_time_text(ticks_) + "Z";
        case Kind::none:
            break;
    }
    return {};
}

std::string format_instant(Instant instant) {
    return detail::date_time_text(instant.time_since_epoch().count()) + "Z";
}

std::string format_instant(Instant instant, TimeZone zone) {
    return detail::date_time_text(zone.wall_time(instant).time_since_epoch().count()) +
           detail::offset_text(zone.offset(instant).count());
}

Instant parse_instant(std::string_view text, TimeZone zone) {
    return When(text).resolve(zone);
}

}  // namespace punctual
