// What holds for every trigger, whatever its type and options.

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <punctual/triggers/calendar_interval.hpp>
#include <punctual/triggers/combining.hpp>
#include <punctual/triggers/date.hpp>
#include <punctual/triggers/interval.hpp>

#include <set>

#include "trigger_testing.hpp"

namespace punctual::testing {
namespace {

const char* any_zone() {
    return *rc::gen::element("UTC", "Europe/Berlin", "America/Havana", "Australia/Lord_Howe",
                             "Pacific/Apia", "America/Nuuk", "Antarctica/Troll");
}

/// A second from 2009 to 2027: in it fall most changes of the clocks that are out of the ordinary.
Instant any_instant() {
    return Instant(std::chrono::seconds(*rc::gen::inRange(1'230'768'000, 1'800'000'000)));
}

std::chrono::year_month_day any_date() {
    return std::chrono::floor<std::chrono::days>(any_instant());
}

When any_bound() {
    const Instant instant = any_instant();
    switch (*rc::gen::inRange(0, 3)) {
        case 0:
            return instant;
        case 1:
            return WallTime(instant.time_since_epoch());
        default:
            return any_date();
    }
}

Trigger any_date_trigger() {
    return at(any_bound(), {.timezone = any_zone()});
}

Trigger any_interval() {
    const auto length =
        std::chrono::microseconds(*rc::gen::inRange<std::int64_t>(1, 200'000'000'000));
    return interval(length, {.start_date = any_bound(),
                             .end_date = *rc::gen::arbitrary<bool>() ? any_bound() : When(),
                             .timezone = any_zone()});
}

Trigger any_calendar_interval() {
    const int months = *rc::gen::inRange(0, 3);
    const int days = *rc::gen::inRange(months == 0 ? 1 : 0, 4);
    return calendar_interval({.months = months,
                              .days = days,
                              .hour = *rc::gen::inRange(0, 24),
                              .minute = *rc::gen::element(0, 15, 30),
                              .start_date = any_date(),
                              .end_date = *rc::gen::arbitrary<bool>() ? When(any_date()) : When(),
                              .timezone = any_zone(),
                              .dst = *rc::gen::element(Dst::once, Dst::skip, Dst::literal)});
}

Trigger any_simple_trigger() {
    switch (*rc::gen::inRange(0, 3)) {
        case 0:
            return any_date_trigger();
        case 1:
            return any_interval();
        default:
            return any_calendar_interval();
    }
}

Trigger any_trigger() {
    switch (*rc::gen::inRange(0, 3)) {
        case 0:
            return any_of({any_simple_trigger(), any_simple_trigger()});
        case 1:
            return except(any_simple_trigger(), {.dates = {any_date()}, .timezone = any_zone()});
        default:
            return any_simple_trigger();
    }
}

std::vector<Instant> chain(const Trigger& trigger, Instant after, std::size_t most) {
    std::vector<Instant> instants;
    for (auto next = trigger.next(after); next && instants.size() < most;
         next = trigger.next(*next)) {
        instants.push_back(*next);
    }
    return instants;
}

RC_GTEST_PROP(EveryTrigger, RisesStrictlyAndWalksBack, ()) {
    const Trigger trigger = any_trigger();
    const Instant after = any_instant();
    const auto instants = chain(trigger, after, 20);
    Instant last = after;
    for (std::size_t i = 0; i < instants.size(); ++i) {
        RC_ASSERT(instants[i] > last);
        RC_ASSERT(trigger.previous(instants[i] + 1us) == instants[i]);
        if (i > 0) RC_ASSERT(trigger.previous(instants[i]) == last);
        last = instants[i];
    }
}

RC_GTEST_PROP(EveryTrigger, AnswersAlikeFromEveryInstantInBetween, ()) {
    const Trigger trigger = any_trigger();
    const Instant after = any_instant();
    const auto next = trigger.next(after);
    RC_PRE(next.has_value());
    const auto gap = (*next - after).count();
    const Instant between =
        after + std::chrono::microseconds(*rc::gen::inRange<std::int64_t>(0, gap));
    RC_ASSERT(trigger.next(between) == next);
    RC_ASSERT(trigger.previous(*next) == trigger.previous(after + 1us));
}

RC_GTEST_PROP(EveryTrigger, CountsWhatAWalkFinds, ()) {
    const Trigger trigger = any_trigger();
    const Instant first = any_instant();
    const auto instants = chain(trigger, first - 1us, 30);
    RC_PRE(!instants.empty());
    RC_ASSERT(trigger.count(first, instants.back()) == static_cast<std::int64_t>(instants.size()));
    RC_ASSERT(trigger.count(first, instants.back() - 1us) ==
              static_cast<std::int64_t>(instants.size()) - 1);
}

RC_GTEST_PROP(EveryTrigger, IsReadBackAsItWasWritten, ()) {
    const Trigger trigger = any_trigger();
    const Trigger read = from_json(trigger.to_value().to_json());
    RC_ASSERT(read == trigger);
    const Instant after = any_instant();
    RC_ASSERT(chain(read, after, 5) == chain(trigger, after, 5));
}

RC_GTEST_PROP(EveryTrigger, ExplainsNothingThatItDoesNotName, ()) {
    const Trigger trigger = any_simple_trigger();
    const Instant instant = any_instant();
    RC_PRE(trigger.next(instant - 1us) != instant);
    RC_ASSERT(trigger.explain(instant).empty());
}

FixedInstants any_few_instants() {
    return FixedInstants(
        *rc::gen::container<std::vector<std::int64_t>>(rc::gen::inRange<std::int64_t>(0, 60)));
}

/// Every instant of `trigger`, found forwards and found backwards.
void expect_exactly(const Trigger& trigger, const std::set<std::int64_t>& wanted) {
    std::set<std::int64_t> forwards;
    for (auto i = trigger.next(Instant::min()); i; i = trigger.next(*i)) {
        forwards.insert(i->time_since_epoch().count());
    }
    std::set<std::int64_t> backwards;
    for (auto i = trigger.previous(Instant::max()); i; i = trigger.previous(*i)) {
        backwards.insert(i->time_since_epoch().count());
    }
    RC_ASSERT(forwards == wanted);
    RC_ASSERT(backwards == wanted);
}

RC_GTEST_PROP(OrTrigger, IsTheUnion, ()) {
    const FixedInstants a = any_few_instants();
    const FixedInstants b = any_few_instants();
    std::set<std::int64_t> wanted(a.instants().begin(), a.instants().end());
    wanted.insert(b.instants().begin(), b.instants().end());
    expect_exactly(Trigger(a) || Trigger(b), wanted);
}

RC_GTEST_PROP(AndTrigger, IsEveryInstantWithAllOthersInItsWindow, ()) {
    const std::vector<FixedInstants> sets = {any_few_instants(), any_few_instants(),
                                             any_few_instants()};
    const std::int64_t threshold = *rc::gen::inRange(0, 8);
    std::set<std::int64_t> wanted;
    for (std::int64_t e = 0; e < 60; ++e) {
        const auto in_window = [&](const FixedInstants& set) {
            return std::any_of(set.instants().begin(), set.instants().end(), [&](std::int64_t i) {
                return i == e || (i > e && i < e + threshold);
            });
        };
        const auto names = [&](const FixedInstants& set) {
            return std::binary_search(set.instants().begin(), set.instants().end(), e);
        };
        if (std::any_of(sets.begin(), sets.end(), names) &&
            std::all_of(sets.begin(), sets.end(), in_window)) {
            wanted.insert(e);
        }
    }
    expect_exactly(
        all_of({sets[0], sets[1], sets[2]}, {.threshold = std::chrono::microseconds(threshold)}),
        wanted);
}

RC_GTEST_PROP(ExceptTrigger, IsTheDifference, ()) {
    const FixedInstants a = any_few_instants();
    const FixedInstants b = any_few_instants();
    std::set<std::int64_t> wanted(a.instants().begin(), a.instants().end());
    for (const std::int64_t instant : b.instants()) wanted.erase(instant);
    expect_exactly(except(a, {.triggers = {b}}), wanted);
}

RC_GTEST_PROP(ExceptTrigger, FiresOnNoExcludedDateAndOnEveryOther, ()) {
    const TimeZone zone = any_zone();
    const auto first = std::chrono::local_days(any_date());
    const auto last = first + std::chrono::days(*rc::gen::inRange(0, 3));
    const Trigger hourly = interval(30min, {.start_date = Instant()});
    const Trigger restricted = except(
        hourly, {.dates = {{std::chrono::year_month_day(first), std::chrono::year_month_day(last)}},
                 .timezone = zone});
    const Instant begin = Instant(first.time_since_epoch()) - 48h;
    std::vector<Instant> wanted;
    for (const Instant instant : chain(hourly, begin, 400)) {
        const auto date = std::chrono::floor<std::chrono::days>(zone.wall_time(instant));
        if (date < first || date > last) wanted.push_back(instant);
    }
    RC_ASSERT(chain(restricted, begin, wanted.size()) == wanted);
    const std::int64_t counted = restricted.count(begin + 1us, wanted.back());
    RC_ASSERT(counted == static_cast<std::int64_t>(wanted.size()));
}

}  // namespace
}  // namespace punctual::testing
