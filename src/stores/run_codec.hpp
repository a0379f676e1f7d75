#pragma once
// Records of what has been, as durable stores make and keep them.

#include <punctual/stores/store.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace punctual::detail {

/// Of a run with its job's id, without an outcome yet.
[[nodiscard]] RunRecord record_of(const ClaimedRun& run, const std::string& job_id);
[[nodiscard]] RunRecord record_of(const Settlement& settlement);
/// With 0 the store gives the id.
[[nodiscard]] RunRecord record_of_not_run(RunId id, const std::string& job_id, const NotRun& range,
                                          Instant now);
/// Of a run that had not started when its job was removed.
[[nodiscard]] RunRecord record_of_cancelled(const ClaimedRun& run, const std::string& job_id,
                                            Instant now);

/// A result as JSON, and back. What cannot be written is left out and what cannot be read is taken
/// as text: neither is worth losing the record for. Null is the empty text.
[[nodiscard]] std::string encode_result(const Value& result);
[[nodiscard]] Value decode_result(std::string_view text);

/// "0.3 copying"; empty for none.
[[nodiscard]] std::string encode_progress(const std::optional<RunProgress>& progress);
/// What is no such text is kept as the text of a progress.
[[nodiscard]] std::optional<RunProgress> decode_progress(std::string_view text);

}  // namespace punctual::detail
