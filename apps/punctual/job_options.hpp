#pragma once
// The options that a job and the table `job_defaults` have in common.

#include <punctual/stores/store.hpp>

#include <limits>

#include "table_reader.hpp"

namespace punctual::program {

/// The key `on_lost`.
[[nodiscard]] std::optional<OnLost> read_on_lost(TableReader& table);

/// Fills in what is given; `Options` are `JobDefaults` or `JobOptions`.
template <class Options>
void read_run_options(TableReader& table, Options& options) {
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
}

}  // namespace punctual::program
