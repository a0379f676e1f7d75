// Any text either is a cron trigger that keeps the promises of triggers, or is refused with one
// line. The first byte picks the syntax, the zone and the policy; the rest is the expression: for
// `cron` the eight fields, each on a line of its own, an empty one for a field that is not given.

#include <punctual/triggers/cron.hpp>
#include <punctual/triggers/crontab.hpp>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

using namespace punctual;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

constexpr std::array<const char*, 4> zones = {"UTC", "America/New_York", "Australia/Lord_Howe",
                                              "Pacific/Apia"};
constexpr std::array<CronField CronOptions::*, 8> fields = {
    &CronOptions::year,        &CronOptions::month, &CronOptions::day,    &CronOptions::week,
    &CronOptions::day_of_week, &CronOptions::hour,  &CronOptions::minute, &CronOptions::second};

CronOptions cron_options(std::string_view text) {
    CronOptions options;
    for (const auto field : fields) {
        const std::size_t end = text.find('\n');
        const std::string_view written = text.substr(0, end);
        if (!written.empty()) options.*field = written;
        if (end == std::string_view::npos) break;
        text.remove_prefix(end + 1);
    }
    return options;
}

Trigger parse(std::uint8_t choice, std::string_view text) {
    const TimeZone zone = zones.at(choice >> 1 & 3);
    const Dst dst = static_cast<Dst>((choice >> 3 & 3) % 3);
    if ((choice & 1) != 0) return crontab(text, {.timezone = zone, .dst = dst});
    CronOptions options = cron_options(text);
    options.timezone = zone;
    options.dst = dst;
    return cron(options);
}

void check_forwards(const Trigger& trigger, Instant from) {
    Instant at = from;
    std::int64_t found = 0;
    for (; found < 4; ++found) {
        const std::optional<Instant> next = trigger.next(at);
        if (!next) break;
        require(*next > at);
        // The same answer from every instant before it, and back again.
        require(trigger.next(*next - 1us) == next);
        require(trigger.next(at + (*next - at) / 2 - 1us) == next);
        require(trigger.previous(*next + 1us) == next);
        if (found > 0) require(trigger.previous(*next) == at);
        static_cast<void>(trigger.explain(*next));
        at = *next;
    }
    require(trigger.count(from + 1us, at) == found);
}

void check_backwards(const Trigger& trigger, Instant from) {
    Instant at = from;
    for (int step = 0; step < 4; ++step) {
        const std::optional<Instant> previous = trigger.previous(at);
        if (!previous) return;
        require(*previous < at);
        require(trigger.next(*previous - 1us) == previous);
        at = *previous;
    }
}

void check(const Trigger& trigger) {
    require(Trigger::from_value(Value::from_json(trigger.to_value().to_json())) == trigger);
    const std::string description = trigger.describe();
    require(!description.empty() && description.find('\n') == std::string::npos);
    for (const char* text :
         {"1969-12-30T00:00:00Z", "2011-12-29T23:59:59.5Z", "2024-02-28T12:00:00Z",
          "2025-03-09T06:30:00Z", "2199-12-31T22:00:00Z", "9999-12-30T00:00:00Z"}) {
        check_forwards(trigger, parse_instant(text));
        check_backwards(trigger, parse_instant(text));
    }
    static_cast<void>(trigger.next(Instant::min()));
    require(!trigger.next(Instant::max()));
    require(!trigger.previous(Instant::min()));
    static_cast<void>(trigger.previous(Instant::max()));
    const Instant year = parse_instant("2025-01-01T00:00:00Z");
    static_cast<void>(trigger.daylight_saving(year, year + 366 * 24h));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) return 0;
    const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
    try {
        check(parse(data[0], text));
    } catch (const TriggerError& error) {
        require(std::string_view(error.what()).find('\n') == std::string_view::npos);
    }
    return 0;
}
