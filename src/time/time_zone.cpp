#include <punctual/errors.hpp>
#include <punctual/time.hpp>

#include "time/civil.hpp"
#include "time/zone.hpp"

namespace punctual {

namespace {

detail::ZoneSpan span_of(const detail::Zone* zone, Instant instant) {
    if (zone == nullptr) throw TimeZoneError("no time zone is given, so it has no offset");
    return zone->span_at(
        std::chrono::floor<std::chrono::seconds>(instant).time_since_epoch().count());
}

}  // namespace

TimeZone::TimeZone(std::string_view name) : zone_(&detail::Zone::load(name)) {}

TimeZone TimeZone::utc() {
    TimeZone zone;
    zone.zone_ = &detail::Zone::utc();
    return zone;
}

const std::string& TimeZone::name() const {
    static const std::string& none = *new std::string;
    return zone_ == nullptr ? none : zone_->name();
}

std::chrono::seconds TimeZone::offset(Instant instant) const {
    return std::chrono::seconds(span_of(zone_, instant).offset);
}

WallTime TimeZone::wall_time(Instant instant) const {
    return WallTime(instant.time_since_epoch() + offset(instant));
}

}  // namespace punctual
