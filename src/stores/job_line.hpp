#pragma once
// A job as a line of JSON, as `export_jobs` writes it.

#include <punctual/stores/store.hpp>

#include <functional>
#include <iosfwd>
#include <string>
#include <string_view>

#include "stores/job_codec.hpp"

namespace punctual::detail {

/// *Throws* SerializationError for a call or a trigger that cannot be stored.
[[nodiscard]] std::string write_job_line(JobCodec& codec, const JobRecord& job);

/// *Throws* SerializationError that names the member. What cannot be run here is in the
/// definition's `fault()`.
[[nodiscard]] JobRecord read_job_line(JobCodec& codec, std::string_view line);

/// Calls `take` with the job of each line; empty lines are passed over. *Throws*
/// SerializationError that names the line.
void read_job_lines(std::istream& in, const std::function<void(JobRecord)>& take);

}  // namespace punctual::detail
