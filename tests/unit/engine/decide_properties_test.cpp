// Every instant between the adding and now is on record exactly once, as the naive rules say,
// whatever the trigger, the options, and the times at which the job was looked at.

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <punctual/triggers/combining.hpp>
#include <punctual/triggers/cron.hpp>
#include <punctual/triggers/date.hpp>

#include "decide_testing.hpp"
#include "naive_rules.hpp"

namespace punctual::testing {
namespace {

Duration any_jitter() {
    return std::chrono::milliseconds(*rc::gen::element(0, 0, 1, 900, 60'000));
}

Trigger any_trigger() {
    const When end =
        *rc::gen::arbitrary<bool>() ? When(second(*rc::gen::inRange(1, 3000))) : When();
    switch (*rc::gen::inRange(0, 4)) {
        case 0:
            return interval(std::chrono::milliseconds(*rc::gen::inRange(900, 60'000)),
                            {.end_date = end, .jitter = any_jitter()});
        case 1:
            return cron({.second = "*/" + std::to_string(*rc::gen::inRange(1, 59)),
                         .end_date = end,
                         .jitter = any_jitter()});
        case 2:
            return at(second(*rc::gen::inRange(0, 3000)));
        default:
            return interval(std::chrono::seconds(*rc::gen::inRange(7, 90))) ||
                   cron({.minute = "*/3", .second = 10});
    }
}

JobSettings any_settings() {
    JobSettings settings;
    settings.coalesce = *rc::gen::arbitrary<bool>();
    settings.max_instances = *rc::gen::inRange(1, 4);
    settings.max_catch_up = *rc::gen::inRange(1, 30);
    if (*rc::gen::arbitrary<bool>()) {
        settings.misfire_grace_time = std::chrono::milliseconds(*rc::gen::inRange(1, 200'000));
    }
    return settings;
}

Fate fate_of(NotRunCause cause) {
    switch (cause) {
        case NotRunCause::missed:
            return Fate::missed;
        case NotRunCause::coalesced:
            return Fate::coalesced;
        case NotRunCause::max_instances:
            return Fate::max_instances;
        default:
            return Fate::max_catch_up;
    }
}

/// What was decided as the fates of single instants. Ranges are unrolled, so that an instant that
/// is on record twice, or a range that counts wrongly, is seen.
std::vector<FateOfInstant> fates_of(const JobRecord& job, const Decision& decision) {
    std::vector<FateOfInstant> fates;
    for (const NotRun& range : decision.not_run) {
        std::int64_t count = 0;
        std::optional<Instant> instant = range.first;
        for (; instant && *instant <= range.last; ++count) {
            fates.push_back({*instant, fate_of(range.cause)});
            instant = job.definition->trigger.next(*instant);
        }
        RC_ASSERT(count == range.count);
    }
    for (const NewRun& run : decision.runs) {
        RC_ASSERT(run.due == job.definition->trigger.due(job.definition->id, run.scheduled));
        fates.push_back({run.scheduled, Fate::runs});
    }
    return fates;
}

/// The order within a decision is that of time.
void check_order(const std::vector<FateOfInstant>& fates) {
    for (std::size_t i = 1; i < fates.size(); ++i) {
        RC_ASSERT(fates[i - 1].instant < fates[i].instant);
    }
}

void check_next(const JobRecord& job, const Decision& decision, Instant last_of_all) {
    const auto next = job.definition->trigger.next(last_of_all);
    RC_ASSERT(decision.next_run_time == next.value_or(never));
    RC_ASSERT((decision.state == JobState::ended) == !next.has_value());
    RC_ASSERT(decision.last_run_time == last_of_all);
    if (next) {
        RC_ASSERT(decision.due == job.definition->trigger.due(job.definition->id, *next));
    }
}

RC_GTEST_PROP(DecideProperty, AgreesWithTheNaiveRules, ()) {
    JobRecord job = make_job(any_trigger(), any_settings());
    job.running = *rc::gen::inRange(0, 4);
    const Instant now = begin + std::chrono::milliseconds(*rc::gen::inRange(0, 3'000'000));
    RC_PRE(job.due <= now);
    const Decision decision = decide_at(job, now);
    const auto fates = fates_of(job, decision);
    check_order(fates);
    RC_ASSERT(fates == naive_fates(job, now));
    check_next(job, decision, fates.back().instant);
}

RC_GTEST_PROP(DecideProperty, PutsEachInstantOnRecordOnceOverManyLooks, ()) {
    JobRecord job = make_job(any_trigger(), any_settings());
    const JobRecord added = job;
    std::vector<Instant> on_record;
    Instant now = begin;
    for (int look = 0; look < 12 && job.state == JobState::active; ++look) {
        now += std::chrono::milliseconds(*rc::gen::inRange(0, 400'000));
        if (job.due > now) continue;
        const Decision decision = decide_at(job, now);
        for (const auto& fate : fates_of(job, decision)) on_record.push_back(fate.instant);
        job = advance(job, decision);
        job.running = *rc::gen::inRange(0, job.running + 1);
    }
    RC_ASSERT(on_record == due_instants(added, now));
}

RC_GTEST_PROP(DecideProperty, LosesNothingOverAPause, ()) {
    JobRecord job = make_job(any_trigger(), any_settings());
    const Instant paused_at = begin + std::chrono::milliseconds(*rc::gen::inRange(0, 900'000));
    std::vector<Instant> on_record;
    if (job.due <= paused_at) {
        const Decision decision = decide_at(job, paused_at);
        for (const auto& fate : fates_of(job, decision)) on_record.push_back(fate.instant);
        job = advance(job, decision);
    }
    RC_PRE(job.state == JobState::active);
    job.state = JobState::paused;
    job.next_run_time = job.due = never;
    const Instant resumed_at = paused_at + std::chrono::milliseconds(*rc::gen::inRange(0, 900'000));
    std::int64_t count = static_cast<std::int64_t>(on_record.size());
    if (const auto range = detail::instants_of_pause(job, resumed_at)) {
        // Not in one expression: RC_ASSERT evaluates both sides.
        if (!on_record.empty()) RC_ASSERT(range->first > on_record.back());
        RC_ASSERT(range->last <= resumed_at);
        count += range->count;
    }
    RC_ASSERT(count == job.definition->trigger.count(begin, resumed_at));
}

}  // namespace
}  // namespace punctual::testing
