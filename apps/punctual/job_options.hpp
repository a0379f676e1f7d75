#pragma once
// The options that a job and the table `job_defaults` have in common.

#include <punctual/stores/store.hpp>

#include <limits>
#include <optional>
#include <vector>

#include "table_reader.hpp"

namespace punctual::program {

/// The key `on_lost`.
[[nodiscard]] std::optional<OnLost> read_on_lost(TableReader& table);
/// The key `at_max_instances`.
[[nodiscard]] std::optional<AtMaxInstances> read_at_max_instances(TableReader& table);
/// The table `retry`; what it leaves out is as in `usual`. Nothing if there is none.
[[nodiscard]] std::optional<Retry> read_retry(TableReader& table, const Retry& usual);
/// The keys `then`, `then_on_failure` and `then_always`: a name or a list of names each. Nothing if
/// there is none of them.
[[nodiscard]] std::vector<FollowUp> read_follow_ups(TableReader& table);

/// Fills in what is given; `Options` are `JobDefaults` or `JobOptions`. What a table `retry` leaves
/// out is as in `usual_retry`.
template <class Options>
void read_run_options(TableReader& table, const Retry& usual_retry, Options& options) {
    constexpr int most = std::numeric_limits<int>::max();
    if (const auto grace = table.duration("misfire_grace_time", 1us)) {
        options.misfire_grace_time = *grace;
    }
    if (const auto coalesce = table.flag("coalesce")) options.coalesce = *coalesce;
    if (const auto limit = table.whole("max_instances", 1, most)) {
        options.max_instances = static_cast<int>(*limit);
    }
    if (const auto limit = table.whole("max_catch_up", 1, most)) {
        options.max_catch_up = static_cast<int>(*limit);
    }
    if (const auto on_lost = read_on_lost(table)) options.on_lost = *on_lost;
    if (const auto limit = table.duration("timeout", 1us)) options.timeout = *limit;
    if (const auto retry = read_retry(table, usual_retry)) options.retry = *retry;
    if (const auto policy = read_at_max_instances(table)) options.at_max_instances = *policy;
    if (const auto limit = table.whole("max_queued", 1, most)) {
        options.max_queued = static_cast<int>(*limit);
    }
}

}  // namespace punctual::program
