#pragma once

#include "sanitized.hpp"

namespace punctual::contract {

/// How many jobs a store within the process lists and more within seconds; a sanitizer makes it
/// slower.
#ifdef PUNCTUAL_SANITIZED
inline constexpr int a_million_jobs = 50'000;
#else
inline constexpr int a_million_jobs = 1'000'000;
#endif

}  // namespace punctual::contract
