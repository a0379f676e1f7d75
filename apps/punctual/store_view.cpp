#include "store_view.hpp"

#include <punctual/config.hpp>

#include <CLI/CLI.hpp>

namespace punctual::program {

namespace {

constexpr const char* default_store = "sqlite:///jobs.sqlite";
constexpr std::size_t most_rows = 1'000'000;

}  // namespace

void add_view_options(CLI::App& command, ViewOptions& options) {
    command.add_option("--store", options.store,
                       std::string("The store's URL; default: ") + default_store);
    command.add_option("--job", options.job, "Only the job of this id");
    command.add_option("-n,--limit", options.limit, "At most so many")
        ->check(CLI::Range(std::size_t{1}, most_rows))
        ->capture_default_str();
    command.add_flag("--json", options.json, "One JSON object a line");
    command.add_option("--timezone", options.timezone, "The zone of the times in the table");
}

std::shared_ptr<JobStore> open_to_look(const ViewOptions& options, Instant now) {
    auto store = StoreSpec(options.store.value_or(default_store)).make();
    if (!store->durable()) {
        throw ConfigurationError(store->describe() +
                                 ": jobs in memory are seen by their own process only; --store is "
                                 "like sqlite:///jobs.sqlite");
    }
    try {
        store->open({.access = StoreAccess::inspect, .history = {}, .now = now});
    } catch (const StoreError& error) {
        if (options.store) throw;
        throw StoreError(std::string(error.what()) +
                         "; name another with --store, as in --store sqlite:///shop.sqlite");
    }
    return store;
}

}  // namespace punctual::program
