#pragma once

#include <chrono>

namespace punctual::detail {

/// After so long a job is claimed again whose decider threw.
inline constexpr std::chrono::minutes pause_of_a_job_set_aside{1};

}  // namespace punctual::detail
