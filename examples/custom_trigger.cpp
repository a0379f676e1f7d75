// A trigger of your own: any type with `next` and `previous`. With fields and a name it can be
// stored.

#include <punctual/punctual.hpp>
#include <punctual/testing/testing_scheduler.hpp>

#include <cstdio>

using namespace punctual;

// The mean full moon: one each 29.530588 days from a known one.
struct FullMoon {
    int minutes_before = 0;

    [[nodiscard]] std::optional<Instant> next(Instant after) const { return at(index(after) + 1); }
    [[nodiscard]] std::optional<Instant> previous(Instant before) const {
        const Instant latest = at(index(before));
        return latest < before ? latest : at(index(before) - 1);
    }
    [[nodiscard]] std::string describe() const {
        return std::to_string(minutes_before) + " minutes before the full moon";
    }

private:
    static constexpr std::chrono::microseconds month{2'551'442'803'200};
    [[nodiscard]] Instant first() const {
        return parse_instant("2000-01-21T04:40:00Z") - std::chrono::minutes(minutes_before);
    }
    [[nodiscard]] Instant at(std::int64_t index) const { return first() + index * month; }
    // Of the latest moon that is not later than `instant`.
    [[nodiscard]] std::int64_t index(Instant instant) const {
        const auto since = instant - first();
        return since / month - (since % month < std::chrono::microseconds(0) ? 1 : 0);
    }
};
PUNCTUAL_FIELDS(FullMoon, minutes_before)

int main() {
    register_trigger<FullMoon>("full_moon");

    testing::TestingScheduler scheduler({}, parse_instant("2025-01-01"));
    int moons = 0;
    scheduler.add_job(
        [&](RunContext& run) {
            ++moons;
            std::printf("howl at %s\n", format_instant(run.scheduled()).c_str());
        },
        FullMoon{.minutes_before = 10});
    // Your trigger combines with the others: at a full moon, but not in summer.
    const Trigger winter = Trigger(FullMoon{}) && crontab("* * * 10-12,1-3 *");
    std::printf("%s\n", winter.to_value().to_json().c_str());
    scheduler.start();
    scheduler.run_for(std::chrono::days(365));
    return moons == 12 ? 0 : 1;
}
