// What a nightly job does when the clocks change, watched with a scheduler whose time is the
// test's.

#include <punctual/punctual.hpp>
#include <punctual/testing/testing_scheduler.hpp>

#include <cstdio>

using namespace punctual;

namespace {

int runs_in_a_year(Dst dst) {
    testing::TestingScheduler scheduler({}, parse_instant("2025-01-01", "Europe/Berlin"));
    int runs = 0;
    scheduler.add_job([&] { ++runs; },
                      crontab("30 2 * * *", {.timezone = "Europe/Berlin", .dst = dst}));
    scheduler.start();
    scheduler.run_until(parse_instant("2025-12-31 23:59", "Europe/Berlin"));
    return runs;
}

}  // namespace

int main() {
    const Trigger nightly = crontab("30 2 * * *", {.timezone = "Europe/Berlin"});
    std::printf("%s\n", nightly.describe().c_str());
    const Instant year = parse_instant("2025-01-01");
    for (const DaylightSavingNote& note :
         nightly.daylight_saving(year, year + std::chrono::days(365))) {
        std::printf("%s: %s\n", format_instant(note.at).c_str(), note.text.c_str());
    }
    const int once = runs_in_a_year(Dst::once);        // never lost, never doubled
    const int skip = runs_in_a_year(Dst::skip);        // not on the day without 02:30
    const int literal = runs_in_a_year(Dst::literal);  // and twice when 02:30 comes twice
    std::printf("once: %d, skip: %d, literal: %d\n", once, skip, literal);
    return once == 365 && skip == 364 && literal == 365 ? 0 : 1;
}
