#pragma once
// No instant of its own: for jobs that others start.
//
//     Job load = scheduler.add_job(load_orders(), on_demand(), {.id = "load"});
//     load.run();                                            // now
//     extract.then(load);                                    // whenever `extract` has succeeded

#include <punctual/trigger.hpp>

namespace punctual {

/// The empty set. A job with it stays until it is removed; `run_job`, `Job::run` and `Job::then`
/// start it.
[[nodiscard]] Trigger on_demand();

}  // namespace punctual
