#pragma once
// What the options of a pool of processes have to be.

#include <punctual/executors/process_pool.hpp>

namespace punctual::detail {

/// *Throws* ConfigurationError that names the option, its value and what is allowed.
void check_process_pool(int workers, const ProcessPoolOptions& options);

}  // namespace punctual::detail
