#include "time_text.hpp"

#include <gtest/gtest.h>

namespace punctual::program {
namespace {

TEST(TimeText, ShowsTheDayTheWallTimeAndTheOffset) {
    const Instant instant = parse_instant("2025-03-31T00:30:00.7Z");
    EXPECT_EQ(format_for_people(instant, "Europe/Berlin"), "Mon 2025-03-31 02:30:00 +02:00");
    EXPECT_EQ(format_for_people(instant, "America/St_Johns"), "Sun 2025-03-30 22:00:00 -02:30");
    EXPECT_EQ(format_wall_time(instant, TimeZone::utc()), "2025-03-31 00:30:00");
}

TEST(TimeText, TellsRoughlyHowLongARunTook) {
    EXPECT_EQ(format_rough(0s), "0ms");
    EXPECT_EQ(format_rough(999'400us), "999ms");
    EXPECT_EQ(format_rough(1s), "1.0s");
    EXPECT_EQ(format_rough(59'940ms), "59.9s");
    EXPECT_EQ(format_rough(59'960ms), "1m 00s");
    EXPECT_EQ(format_rough(125s), "2m 05s");
    EXPECT_EQ(format_rough(3h + 12min), "3h 12m");
}

}  // namespace
}  // namespace punctual::program
