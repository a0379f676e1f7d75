#pragma once
// The rules of deciding as the design states them, over lists of instants: slow, and plain enough
// to be checked by eye. What the engine decides is held against it.

#include <punctual/stores/store.hpp>

#include <cstdint>
#include <vector>

namespace punctual::testing {

/// What becomes of one instant.
enum class Fate : std::uint8_t { runs, missed, coalesced, max_instances, max_catch_up };

struct FateOfInstant {
    Instant instant;
    Fate fate;

    friend bool operator==(const FateOfInstant&, const FateOfInstant&) = default;
};

/// All instants of `job` that are due at `now`, oldest first: from its next run time on, each that
/// the trigger names.
[[nodiscard]] inline std::vector<Instant> due_instants(const JobRecord& job, Instant now) {
    std::vector<Instant> instants;
    const Trigger& trigger = job.definition->trigger;
    std::optional<Instant> next = job.next_run_time;
    while (next && trigger.due(job.definition->id, *next) <= now) {
        instants.push_back(*next);
        next = trigger.next(*next);
    }
    return instants;
}

/// Grace first, from nominal plus jitter; then coalesce what survives, or catch up the newest.
[[nodiscard]] inline std::vector<FateOfInstant> naive_fates(const JobRecord& job, Instant now) {
    const JobDefinition& definition = *job.definition;
    const JobSettings& settings = *definition.settings;
    std::vector<FateOfInstant> fates;
    std::vector<std::size_t> survivors;
    for (const Instant instant : due_instants(job, now)) {
        const auto late = now - definition.trigger.due(definition.id, instant);
        const bool missed =
            settings.misfire_grace_time != unlimited && late > settings.misfire_grace_time;
        if (!missed) survivors.push_back(fates.size());
        fates.push_back({instant, missed ? Fate::missed : Fate::runs});
    }
    const bool full = job.running >= settings.max_instances;
    const auto allowed = static_cast<std::size_t>(settings.coalesce ? 1 : settings.max_catch_up);
    for (std::size_t i = 0; i < survivors.size(); ++i) {
        Fate& fate = fates[survivors[i]].fate;
        if (full) {
            fate = Fate::max_instances;
        } else if (survivors.size() - i > allowed) {
            fate = settings.coalesce ? Fate::coalesced : Fate::max_catch_up;
        }
    }
    return fates;
}

}  // namespace punctual::testing
