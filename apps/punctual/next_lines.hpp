#pragma once
// `punctual next --jsonl`: requests for instants, one a line, and as many answers.

#include <punctual/time.hpp>

#include <iosfwd>
#include <string>
#include <string_view>

namespace punctual::program {

/// The answer to one request, without the end of the line:
/// `{"id":"a","times":["2025-03-29T01:30:00Z"]}` or `{"id":"a","error":"…"}`. Never throws for a
/// bad request. Triggers without a zone are in `zone`.
[[nodiscard]] std::string answer_line(std::string_view request, TimeZone zone);

/// Answers each line of `in`, in order, until it ends.
void answer_lines(std::istream& in, std::ostream& out, TimeZone zone);

}  // namespace punctual::program
