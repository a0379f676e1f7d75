#pragma once
// Jobs that others asked to start. A store passes over one that is not there: whoever chained it
// should know.

#include <punctual/stores/store.hpp>

#include <map>
#include <memory>
#include <string>

#include "engine/run_reporter.hpp"
#include "stores/recent_cache.hpp"

namespace punctual::detail {

/// Each is looked for once in a while and not at each run, for that asks the store.
/// *Thread safety*: none.
class NextJobs {
public:
    /// `job` asked for what follows this settlement.
    void asked(const Settlement& settlement, Instant now);
    /// Tells which of them are missing. *Throws* what the store throws, and goes on with the others
    /// at the next call.
    void look_for_missing(JobStore& store, RunReporter& reporter);

private:
    std::map<std::string, std::shared_ptr<const JobDefinition>> asked_;
    RecentCache<std::string, Instant> looked_for_{1000};
};

}  // namespace punctual::detail
