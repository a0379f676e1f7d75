#pragma once
// The delay of one run: a hash, so that every process computes the same. `docs/jitter.md` has the
// rule with test values.

#include <punctual/time.hpp>

#include <cstdint>
#include <string_view>

namespace punctual::detail {

/// FNV-1a of the id's bytes and the instant's microseconds (8 bytes, little-endian), mixed by the
/// finaliser of SplitMix64.
[[nodiscard]] std::uint64_t jitter_hash(std::string_view job_id, Instant nominal);

/// The hash scaled to [0, longest]. `longest` is not negative.
[[nodiscard]] Duration jitter_delay(std::string_view job_id, Instant nominal, Duration longest);

}  // namespace punctual::detail
