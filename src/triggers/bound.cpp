#include "triggers/bound.hpp"

namespace punctual::detail {

Bound::Bound(When written, TimeZone zone, Fold fold) {
    if (!written) return;
    const Instant instant = written.resolve(zone_or_utc(zone), fold);
    if (written.is_instant()) {
        kind_ = Kind::instant;
        ticks_ = instant.time_since_epoch().count();
        return;
    }
    kind_ = written.is_date() ? Kind::date : Kind::wall;
    const auto wall = written.wall_time().time_since_epoch();
    ticks_ = wall.count();
    const auto offset = wall - instant.time_since_epoch();
    offset_ = static_cast<std::int32_t>(std::chrono::floor<std::chrono::seconds>(offset).count());
}

Bound Bound::filled_in(Instant instant) {
    Bound bound;
    bound.kind_ = Kind::filled_in;
    bound.ticks_ = instant.time_since_epoch().count();
    return bound;
}

When Bound::written() const {
    const WallTime wall{std::chrono::microseconds(ticks_)};
    switch (kind_) {
        case Kind::none:
        case Kind::filled_in:
            return {};
        case Kind::instant:
            return instant();
        case Kind::wall:
            return wall;
        case Kind::date:
            return std::chrono::year_month_day(std::chrono::floor<std::chrono::days>(wall));
    }
    return {};
}

std::string describe_when(const When& when) {
    std::string text = when.to_string();
    if (when.is_date() || when.is_instant()) return text;
    constexpr std::size_t date_length = 10;
    text.at(date_length) = ' ';
    constexpr std::string_view whole_minute = ":00";
    constexpr std::size_t with_seconds = 19;
    if (text.size() == with_seconds && text.ends_with(whole_minute)) {
        text.resize(text.size() - whole_minute.size());
    }
    return text;
}

}  // namespace punctual::detail
