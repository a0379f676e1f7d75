// The next instant of a cron trigger, and reading a crontab line, each beside a bare scan of bit
// masks.

#include <benchmark/benchmark.h>

#include <bit>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <punctual/time.hpp>
#include <punctual/triggers/crontab.hpp>

#include "time/civil.hpp"
#include "time/zone.hpp"

namespace {

using namespace punctual;

// The least that an expression of five fields comes to.
struct BareCron {
    std::uint64_t minutes = 0;
    std::uint32_t hours = 0;
    std::uint32_t days = 0;
    std::uint32_t months = 0;
    std::uint32_t weekdays = 0;  // bit 0 is Monday
};

std::uint64_t bare_number(const char*& text) {
    std::uint64_t value = 0;
    for (; *text >= '0' && *text <= '9'; ++text) {
        value = value * 10 + static_cast<std::uint64_t>(*text - '0');
    }
    return value;
}

// Single values, ranges, stars and steps, unchecked.
std::uint64_t bare_field(const char*& text, std::uint64_t first, std::uint64_t last) {
    if (*text == '*') {
        ++text;
    } else {
        first = bare_number(text);
        last = first;
        if (*text == '-') last = bare_number(++text);
    }
    const std::uint64_t step = *text == '/' ? bare_number(++text) : 1;
    if (*text == ' ') ++text;
    if (step == 1) return ((std::uint64_t{2} << last) - 1) & (~std::uint64_t{0} << first);
    std::uint64_t mask = 0;
    for (; first <= last; first += step) mask |= std::uint64_t{1} << first;
    return mask;
}

BareCron bare_parse(const char* text) {
    BareCron cron;
    cron.minutes = bare_field(text, 0, 59);
    cron.hours = static_cast<std::uint32_t>(bare_field(text, 0, 23));
    cron.days = static_cast<std::uint32_t>(bare_field(text, 1, 31));
    cron.months = static_cast<std::uint32_t>(bare_field(text, 1, 12));
    const std::uint64_t from_sunday = bare_field(text, 0, 7);
    cron.weekdays = static_cast<std::uint32_t>(((from_sunday >> 1) | (from_sunday << 6)) & 0x7F);
    return cron;
}

// The clock at the beginning of its zone's present span.
struct CachedOffset {
    std::int64_t offset = 0;
    std::int64_t end = 0;
};

bool is_day(const BareCron& cron, std::int32_t day, const detail::CivilDate& date) {
    return ((cron.months >> date.month) & (cron.days >> date.day) &
            (cron.weekdays >> detail::weekday_from_days(day)) & 1) != 0;
}

// From a month that does not match on to the first of the next one, otherwise day by day.
std::int32_t bare_next_day(const BareCron& cron, std::int32_t day) {
    detail::CivilDate date = detail::civil_from_days(day);
    while (!is_day(cron, day, date)) {
        if (((cron.months >> date.month) & 1) != 0 &&
            date.day < detail::days_in_month(date.year, date.month) &&
            (cron.days >> (date.day + 1)) != 0) {
            ++date.day;
            ++day;
            continue;
        }
        const std::uint32_t later = cron.months & (~std::uint32_t{1} << date.month);
        if (later == 0) ++date.year;
        date.month = std::countr_zero(later != 0 ? later : cron.months);
        date.day = std::countr_zero(cron.days);
        while (date.day > detail::days_in_month(date.year, date.month)) ++date.year;
        day = detail::days_from_civil(date);
    }
    return day;
}

std::int64_t bare_next_wall(const BareCron& cron, std::int64_t wall) {
    auto day = static_cast<std::int32_t>(static_cast<std::uint64_t>(wall) / 86'400);
    const auto minute_of_day = static_cast<std::int32_t>((wall - day * 86'400LL + 59) / 60);
    const std::int32_t hour = minute_of_day / 60;
    const std::int32_t first_minute = std::countr_zero(cron.minutes);
    if (hour < 24 && is_day(cron, day, detail::civil_from_days(day))) {
        const std::uint64_t minutes = cron.minutes >> (minute_of_day % 60);
        if (((cron.hours >> hour) & 1) != 0 && minutes != 0) {
            return day * 86'400LL + (minute_of_day + std::countr_zero(minutes)) * 60;
        }
        const std::uint32_t hours = cron.hours & (~std::uint32_t{1} << hour);
        if (hours != 0) {
            return day * 86'400LL + std::countr_zero(hours) * 3600 + first_minute * 60;
        }
    }
    day = bare_next_day(cron, day + 1);
    return day * 86'400LL + std::countr_zero(cron.hours) * 3600 + first_minute * 60;
}

// Right where no time that matches lies in a gap or a fold; `check_equal` makes sure of it.
std::int64_t bare_next(const BareCron& cron, const detail::Zone& zone, CachedOffset& cached,
                       std::int64_t after) {
    while (true) {
        const std::int64_t next = bare_next_wall(cron, after + 1 + cached.offset) - cached.offset;
        if (next < cached.end) return next;
        // Where the offset was right for the search, so is what it found.
        const detail::ZoneSpan span = zone.span_at(after + 1 < cached.end ? cached.end : after + 1);
        after = std::max(after, span.begin - 1);
        const detail::ZoneSpan at_found = zone.span_at(std::max(next - 90'000, span.begin));
        if (at_found.begin > after) after = at_found.begin - 1;
        cached = {at_found.offset, at_found.end};
    }
}

constexpr std::int64_t start = 1'735'689'600;    // 2025-01-01
constexpr std::int64_t restart = 2'524'608'000;  // 2050-01-01

struct Shape {
    const char* name;
    const char* expression;
};
constexpr Shape shapes[] = {{"every_minute", "* * * * *"},
                            {"workhours", "*/5 9-17 * * 1-5"},
                            {"daily", "30 3 * * *"},
                            {"feb29", "0 0 29 2 *"}};

struct Place {
    const char* name;
    const char* zone;
};
constexpr Place places[] = {{"UTC", "UTC"}, {"America_New_York", "America/New_York"}};

void check_equal(const Shape& shape, const Place& place) {
    const Trigger trigger = crontab(shape.expression, {.timezone = place.zone});
    const BareCron cron = bare_parse(shape.expression);
    const detail::Zone& zone = detail::Zone::load(place.zone);
    const detail::ZoneSpan span = zone.span_at(start);
    CachedOffset cached{span.offset, span.end};
    Instant at = Instant(std::chrono::seconds(start));
    std::int64_t bare = start;
    for (int step = 0; step < 1'000'000 && bare < restart; ++step) {
        at = trigger.next(at).value();
        bare = bare_next(cron, zone, cached, bare);
        if (at != Instant(std::chrono::seconds(bare))) {
            std::fprintf(stderr, "%s in %s: %s is not %s\n", shape.expression, place.zone,
                         format_instant(at).c_str(),
                         format_instant(Instant(std::chrono::seconds(bare))).c_str());
            std::abort();
        }
    }
}

void cron_next(benchmark::State& state, const Shape& shape, const Place& place) {
    check_equal(shape, place);
    const Trigger trigger = crontab(shape.expression, {.timezone = place.zone});
    const Instant first = Instant(std::chrono::seconds(start));
    const Instant last = Instant(std::chrono::seconds(restart));
    Instant at = first;
    for (auto _ : state) {
        at = *trigger.next(at);
        if (at > last) at = first;
        benchmark::DoNotOptimize(at);
    }
}

void limit_next(benchmark::State& state, const Shape& shape, const Place& place) {
    const BareCron cron = bare_parse(shape.expression);
    const detail::Zone& zone = detail::Zone::load(place.zone);
    const detail::ZoneSpan span = zone.span_at(start);
    CachedOffset cached{span.offset, span.end};
    std::int64_t at = start;
    for (auto _ : state) {
        at = bare_next(cron, zone, cached, at);
        if (at > restart) {
            at = start;
            cached = {span.offset, span.end};
        }
        benchmark::DoNotOptimize(at);
    }
}

constexpr const char* parsed = "*/5 9-17 * * 1-5";

void cron_parse(benchmark::State& state) {
    for (auto _ : state) {
        Trigger trigger = crontab(parsed);
        benchmark::DoNotOptimize(trigger);
    }
}

void limit_parse(benchmark::State& state) {
    for (auto _ : state) {
        const char* text = parsed;
        benchmark::DoNotOptimize(text);
        BareCron cron = bare_parse(text);
        benchmark::DoNotOptimize(cron);
    }
}

const bool registered = [] {
    for (const Shape& shape : shapes) {
        for (const Place& place : places) {
            const std::string name = std::string("cron_next/") + shape.name + "/" + place.name;
            benchmark::RegisterBenchmark(name.c_str(), [shape, place](benchmark::State& state) {
                cron_next(state, shape, place);
            });
            benchmark::RegisterBenchmark(
                ("limit/" + name).c_str(),
                [shape, place](benchmark::State& state) { limit_next(state, shape, place); });
        }
    }
    benchmark::RegisterBenchmark("cron_parse", cron_parse);
    benchmark::RegisterBenchmark("limit/cron_parse", limit_parse);
    return true;
}();

}  // namespace
