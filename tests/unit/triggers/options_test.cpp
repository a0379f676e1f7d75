#include "triggers/options.hpp"

#include <gtest/gtest.h>

#include "trigger_testing.hpp"

namespace punctual::detail {
namespace {

using testing::message_of;

std::string error_of(const Value& value, auto read) {
    return message_of<TriggerError>([&] {
        OptionReader options(value, "interval");
        read(options);
        options.finish();
    });
}

TEST(OptionReader, GivesDefaultsForMissingKeys) {
    const Value value = Value::object({{"type", "interval"}});
    OptionReader options(value, "interval");
    EXPECT_EQ(options.number("hours", 2.5), 2.5);
    EXPECT_EQ(options.whole("hour", 3, {0, 23}), 3);
    EXPECT_EQ(options.text("expression", "x"), "x");
    EXPECT_EQ(options.seconds("threshold", 1s), Duration(1s));
    EXPECT_FALSE(options.when("start_date"));
    EXPECT_FALSE(options.timezone());
    EXPECT_EQ(options.dst(), Dst::once);
    EXPECT_TRUE(options.array("triggers").empty());
    EXPECT_NO_THROW(options.finish());
}

TEST(OptionReader, ReadsEachTypeOfOption) {
    const Value value = Value::object({{"jitter", 1.5},
                                       {"dst", "literal"},
                                       {"timezone", "Europe/Berlin"},
                                       {"start_date", "2025-01-31"}});
    OptionReader options(value, "interval");
    EXPECT_EQ(options.jitter(), Duration(1500ms));
    EXPECT_EQ(options.dst(), Dst::literal);
    EXPECT_EQ(options.timezone(), TimeZone("Europe/Berlin"));
    EXPECT_EQ(options.when("start_date"), When("2025-01-31"));
}

TEST(OptionReader, NamesAnUnknownKeyAndTheNearestKnownOne) {
    const auto read = [](OptionReader& options) { (void)options.number("minutes", 0); };
    EXPECT_EQ(error_of(Value::object({{"minuets", 5}}), read),
              "interval: unknown key \"minuets\"; did you mean minutes?");
    EXPECT_EQ(error_of(Value::object({{"colour", 5}}), read),
              "interval: unknown key \"colour\"; known are type, minutes");
}

TEST(OptionReader, NamesTheValueThatIsOfTheWrongType) {
    EXPECT_EQ(error_of(Value::object({{"hours", "2"}}),
                       [](OptionReader& options) { (void)options.number("hours", 0); }),
              "interval: hours is \"2\"; a number is needed");
    EXPECT_EQ(error_of(Value::object({{"hour", 24}}),
                       [](OptionReader& options) {
                           (void)options.whole("hour", 0, {0, 23});
                       }),
              "interval: hour is 24; a whole number from 0 to 23 is needed");
    EXPECT_EQ(error_of(Value::object({{"hour", 2.5}}),
                       [](OptionReader& options) {
                           (void)options.whole("hour", 0, {0, 23});
                       }),
              "interval: hour is 2.5; a whole number from 0 to 23 is needed");
    EXPECT_EQ(error_of(Value::object({{"jitter", -1}}),
                       [](OptionReader& options) { (void)options.jitter(); }),
              "interval: jitter is -1; a number of seconds that is 0 or more is needed");
    EXPECT_EQ(error_of(Value::object({{"dst", "twice"}}),
                       [](OptionReader& options) { (void)options.dst(); }),
              "interval: dst is \"twice\"; \"once\", \"skip\" or \"literal\" is needed");
    EXPECT_EQ(error_of(Value::object({{"end_date", 2025}}),
                       [](OptionReader& options) { (void)options.when("end_date"); }),
              "interval: end_date is 2025; text such as \"2025-01-31\" or \"2025-01-31 09:00\" is "
              "needed");
}

TEST(OptionReader, NamesTheKeyOfAnUnknownZoneOrAMalformedDate) {
    const auto zone_error = error_of(Value::object({{"timezone", "Europe/Atlantis"}}),
                                     [](OptionReader& options) { (void)options.timezone(); });
    EXPECT_TRUE(zone_error.starts_with("interval: timezone: ")) << zone_error;
    EXPECT_NE(zone_error.find("Europe/Atlantis"), std::string::npos) << zone_error;
    const auto date_error = error_of(Value::object({{"end_date", "2025-02-30"}}),
                                     [](OptionReader& options) { (void)options.when("end_date"); });
    EXPECT_TRUE(date_error.starts_with("interval: end_date: ")) << date_error;
}

TEST(OptionReader, RefusesWhatIsNoObject) {
    EXPECT_EQ(error_of(Value("often"), [](OptionReader&) {}),
              "interval: \"often\" is text; an object is needed");
}

TEST(OptionReader, NamesARequiredKeyThatIsMissing) {
    EXPECT_EQ(error_of(Value::object(),
                       [](OptionReader& options) { (void)options.require("expression"); }),
              "interval: expression is missing");
}

}  // namespace
}  // namespace punctual::detail
