// What holds for every cron trigger.

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <punctual/triggers/cron.hpp>
#include <punctual/triggers/crontab.hpp>

#include "trigger_testing.hpp"

namespace punctual::testing {
namespace {

const char* any_zone() {
    return *rc::gen::element("UTC", "Europe/Berlin", "America/New_York", "America/Havana",
                             "Australia/Lord_Howe", "Pacific/Apia", "America/Nuuk", "Asia/Beirut",
                             "Africa/Casablanca", "Antarctica/Troll");
}

Dst any_policy() {
    return *rc::gen::element(Dst::once, Dst::skip, Dst::literal);
}

Instant any_instant() {
    return Instant(std::chrono::microseconds(
        *rc::gen::inRange<std::int64_t>(1'230'768'000'000'000, 1'900'000'000'000'000)));
}

Trigger any_crontab() {
    const std::string text =
        std::string(*rc::gen::element("0", "30", "*/15", "5,55", "*")) + " " +
        *rc::gen::element("*", "0", "1", "2", "2,3", "23", "*/2", "0-23", "22-23") + " " +
        *rc::gen::element("*", "1", "L", "29", "15W", "*/3", "28-31") + " " +
        *rc::gen::element("*", "3", "10-12", "2", "*/2") + " " +
        *rc::gen::element("*", "SUN", "6", "MON#1", "5L", "+SUN", "FRI-SUN");
    return crontab(text, {.timezone = any_zone(), .dst = any_policy()});
}

Trigger any_cron() {
    return cron({.month = *rc::gen::element("*", "*/3", "mar,oct"),
                 .day = *rc::gen::element("*", "last sun", "2nd sun, last", "*/7"),
                 .week = *rc::gen::element("*", "*/2", "10-45"),
                 .hour = *rc::gen::element("*", "2", "0,1,23", "*/3"),
                 .minute = *rc::gen::element("0", "*/20", "59"),
                 .timezone = any_zone(),
                 .dst = any_policy()});
}

Trigger any_trigger() {
    return *rc::gen::arbitrary<bool>() ? any_crontab() : any_cron();
}

RC_GTEST_PROP(CronProperties, AnswersAlikeFromEveryInstantBetweenTwo, ()) {
    const Trigger trigger = any_trigger();
    const auto first = trigger.next(any_instant());
    RC_PRE(first.has_value());
    const auto second = trigger.next(*first);
    RC_PRE(second.has_value());
    RC_ASSERT(*second > *first);
    const auto distance = (*second - *first).count();
    const Instant between =
        *first + std::chrono::microseconds(*rc::gen::inRange<std::int64_t>(0, distance));
    RC_ASSERT(trigger.next(between) == second);
    RC_ASSERT(trigger.previous(between + 1us) == first);
}

RC_GTEST_PROP(CronProperties, WalksBackTheWayItCame, ()) {
    const Trigger trigger = any_trigger();
    std::vector<Instant> forwards;
    for (auto at = trigger.next(any_instant()); at && forwards.size() < 20;
         at = trigger.next(*at)) {
        forwards.push_back(*at);
    }
    RC_PRE(!forwards.empty());
    auto at = trigger.previous(forwards.back() + 1us);
    for (auto expected = forwards.rbegin(); expected != forwards.rend(); ++expected) {
        RC_ASSERT(at == *expected);
        at = trigger.previous(*at);
    }
}

RC_GTEST_PROP(CronProperties, CountsWhatItWalksThrough, ()) {
    const Trigger trigger = any_trigger();
    const Instant first = any_instant();
    const Instant last =
        first + std::chrono::seconds(*rc::gen::inRange<std::int64_t>(0, 40 * 86'400));
    std::int64_t walked = 0;
    for (auto at = trigger.next(first - 1us); at && *at <= last; at = trigger.next(*at)) ++walked;
    RC_ASSERT(trigger.count(first, last) == walked);
}

RC_GTEST_PROP(CronProperties, IsReadBackAsWritten, ()) {
    const Trigger trigger = any_trigger();
    const Trigger read = Trigger::from_value(Value::from_json(trigger.to_value().to_json()));
    const Instant from = any_instant();
    RC_ASSERT(read == trigger);
    RC_ASSERT(read.next(from) == trigger.next(from));
    RC_ASSERT(read.describe() == trigger.describe());
}

RC_GTEST_PROP(CronProperties, LosesNoNominalTimeByDefault, ()) {
    const char* zone = any_zone();
    // A noon of the day that Samoa left out is no boundary between its days.
    RC_PRE(std::string_view(zone) != "Pacific/Apia");
    const std::string expression = std::to_string(*rc::gen::inRange(0, 60)) + " " +
                                   std::to_string(*rc::gen::inRange(0, 24)) + " * * *";
    const Trigger trigger = crontab(expression, {.timezone = zone});
    const auto days = *rc::gen::inRange<std::int64_t>(14'300, 21'900);
    const WallTime noon{std::chrono::days(days) + 12h};
    const Instant first = When(noon).resolve(zone);
    const Instant last = When(WallTime(noon.time_since_epoch() + 24h * 30)).resolve(zone);
    RC_ASSERT(trigger.count(first, last - 1us) == 30);
}

}  // namespace
}  // namespace punctual::testing
