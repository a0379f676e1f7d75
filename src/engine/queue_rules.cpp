#include "engine/queue_rules.hpp"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace punctual::detail {
namespace {

bool is_first_and_due(const QueuedRun& run, Instant now) {
    return run.attempt == 1 && run.due <= now;
}

void drop(Decision& decision, const QueuedRun& run, std::string reason) {
    decision.not_run.push_back({.first = run.scheduled,
                                .last = run.scheduled,
                                .count = 1,
                                .outcome = RunState::skipped,
                                .reason = std::move(reason),
                                .cause = NotRunCause::max_instances});
}

// Of the first attempts that are due, `keeps(rank, count)` says which stay; rank 0 is the oldest.
template <class Keeps>
void drop_unless(Decision& decision, Instant now, const std::string& reason, Keeps keeps) {
    const auto count = std::ranges::count_if(
        decision.queued, [now](const QueuedRun& run) { return is_first_and_due(run, now); });
    std::int64_t rank = 0;
    std::erase_if(decision.queued, [&](const QueuedRun& run) {
        if (!is_first_and_due(run, now) || keeps(rank++, count)) return false;
        drop(decision, run, reason);
        return true;
    });
}

}  // namespace

bool waits_in_line(const JobRecord& job, Instant now) {
    if (job.definition->settings->at_max_instances == AtMaxInstances::skip) return false;
    return std::ranges::any_of(job.queued,
                               [now](const QueuedRun& run) { return is_first_and_due(run, now); });
}

void put_in_line(Decision& decision) {
    for (const NewRun& run : decision.runs) {
        decision.queued.push_back(
            {.scheduled = run.scheduled, .due = run.due, .attempt = run.attempt});
    }
    decision.runs.clear();
}

bool apply_policy(const JobSettings& settings, Instant now, bool full, Decision& decision) {
    switch (settings.at_max_instances) {
        case AtMaxInstances::skip:
            if (full) {
                drop_unless(
                    decision, now,
                    "max_instances (" + std::to_string(settings.max_instances) + ") reached",
                    [](std::int64_t, std::int64_t) { return false; });
            }
            return false;
        case AtMaxInstances::queue:
            drop_unless(
                decision, now, "max_queued (" + std::to_string(settings.max_queued) + ") reached",
                [&](std::int64_t rank, std::int64_t) { return rank < settings.max_queued; });
            return false;
        case AtMaxInstances::replace:
            break;
    }
    drop_unless(decision, now, "replaced by a newer run",
                [](std::int64_t rank, std::int64_t count) { return rank == count - 1; });
    return full && std::ranges::any_of(decision.queued, [now](const QueuedRun& run) {
               return is_first_and_due(run, now);
           });
}

void start_queued(const JobSettings& settings, Instant now, Decision& decision) {
    const bool newest_first = settings.at_max_instances == AtMaxInstances::replace;
    std::ranges::stable_sort(decision.queued, {}, [&](const QueuedRun& run) {
        // What replaces others does not wait behind a retry.
        return std::pair(newest_first && run.attempt > 1, run.due);
    });
    const auto turn = std::ranges::find_if(decision.queued,
                                           [now](const QueuedRun& run) { return run.due <= now; });
    if (turn == decision.queued.end()) return;
    decision.runs.push_back(
        {.scheduled = turn->scheduled, .due = turn->due, .attempt = turn->attempt});
    decision.queued.erase(turn);
}

Instant next_turn(std::span<const QueuedRun> queued, Instant now, bool has_room) {
    Instant earliest = never;
    for (const QueuedRun& run : queued) {
        if (has_room || run.due > now) earliest = std::min(earliest, run.due);
    }
    return earliest;
}

}  // namespace punctual::detail
