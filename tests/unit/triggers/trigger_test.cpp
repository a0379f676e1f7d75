#include <punctual/trigger.hpp>

#include <gtest/gtest.h>

#include <punctual/triggers/combining.hpp>
#include <punctual/triggers/interval.hpp>

#include "trigger_testing.hpp"

namespace {

using punctual::Instant;

/// A user's own trigger: every so many hours since the epoch.
struct Tide {
    int hours = 12;

    [[nodiscard]] std::optional<Instant> next(Instant after) const {
        return std::chrono::floor<std::chrono::hours>(after) + std::chrono::hours(hours);
    }
    [[nodiscard]] std::optional<Instant> previous(Instant before) const {
        return std::chrono::ceil<std::chrono::hours>(before) - std::chrono::hours(hours);
    }
};

/// Another, without a codec.
struct Never {
    [[nodiscard]] std::optional<Instant> next(Instant) const { return std::nullopt; }
    [[nodiscard]] std::optional<Instant> previous(Instant) const { return std::nullopt; }
    [[nodiscard]] std::string describe() const { return "never"; }
};

}  // namespace

PUNCTUAL_FIELDS(Tide, hours)

namespace punctual::testing {
namespace {

TEST(Trigger, IsMadeFromAnyTypeWithNextAndPrevious) {
    const Trigger trigger = FixedInstants({5, 1, 9});
    EXPECT_EQ(trigger.next(Instant(1us)), Instant(5us));
    EXPECT_EQ(trigger.previous(Instant(1us)), std::nullopt);
    EXPECT_EQ(trigger.count(Instant(1us), Instant(8us)), 2);
    EXPECT_EQ(trigger.count(Instant::min(), Instant::max()), 3);
    EXPECT_EQ(trigger.count(Instant(6us), Instant(8us)), 0);
    EXPECT_EQ(trigger.describe(), "a user-defined trigger");
    EXPECT_EQ(Trigger(Never()).describe(), "never");
}

TEST(Trigger, CannotBeStoredUnderNoName) {
    const std::string message =
        message_of<SerializationError>([] { (void)Trigger(Never()).to_value(); });
    EXPECT_NE(message.find("register_trigger"), std::string::npos) << message;
}

TEST(Trigger, WithoutAStoredFormEqualsItsCopiesOnly) {
    const Trigger never = Never();
    const Trigger copy = never;
    EXPECT_EQ(never, copy);
    EXPECT_FALSE(never == Trigger(Never()));
    EXPECT_FALSE(never == interval(1h));
}

TEST(Trigger, EqualsOneThatIsWrittenAlike) {
    EXPECT_EQ(interval(1h), interval({.minutes = 60}));
    EXPECT_FALSE(interval(1h) == interval(2h));
    EXPECT_FALSE(interval(1h) == interval(1h, {.jitter = 1s}));
}

TEST(RegisterTrigger, MakesAUsersTypeStorable) {
    register_trigger<Tide>("tide");
    const Trigger tide = Tide{6};
    EXPECT_EQ(tide.to_value().to_json(), R"({"type":"tide","hours":6})");
    EXPECT_EQ(tide.describe(), "tide");
    const Trigger read = Trigger::from_value(tide.to_value());
    EXPECT_EQ(read, tide);
    EXPECT_EQ(read.next(Instant()), Instant(6h));
    EXPECT_EQ(Trigger::from_value((read || interval(1h)).to_value()), read || interval(1h));
}

TEST(RegisterTrigger, NamesTheTypeWhoseFieldIsWrong) {
    register_trigger<Tide>("tide");
    EXPECT_EQ(json_error(R"({"type":"tide","hours":"six"})"),
              "tide: hours: a whole number is needed, but \"six\" is text");
}

TEST(RegisterTrigger, MayBeRepeatedButNotForAnotherTypeOrABuiltInName) {
    register_trigger<Tide>("tide");
    EXPECT_NO_THROW(register_trigger<Tide>("tide"));
    EXPECT_THROW(detail::register_trigger_type("tide", typeid(int), nullptr), TriggerError);
    EXPECT_THROW(register_trigger<Tide>("interval"), TriggerError);
    EXPECT_THROW(register_trigger<Tide>(""), TriggerError);
}

TEST(TriggerFromValue, NamesAnUnknownTypeAndTheNearestKnownOne) {
    EXPECT_EQ(json_error(R"({"type":"intervall"})"),
              "trigger: unknown type \"intervall\"; did you mean interval?");
    const std::string message = json_error(R"({"type":"moon phase"})");
    EXPECT_TRUE(
        message.starts_with("trigger: unknown type \"moon phase\"; known are date, interval"))
        << message;
}

TEST(TriggerFromValue, NeedsAnObjectWithAType) {
    EXPECT_EQ(json_error("5"), "trigger: 5 is a number; an object is needed");
    EXPECT_EQ(json_error("{}"), "trigger: type is missing");
    EXPECT_EQ(json_error(R"({"type":5})"), "trigger: type is 5; text such as \"cron\" is needed");
}

}  // namespace
}  // namespace punctual::testing
