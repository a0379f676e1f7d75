#pragma once
// Where a page of jobs begins: behind the last job of the page before, in order of next run time,
// then of adding.

#include <punctual/stores/store.hpp>

#include <string>
#include <string_view>

namespace punctual::detail {

struct PageStart {
    Instant next_run_time = Instant::min();
    std::int64_t generation = 0;
};

/// Of what `JobStore::list` is given; empty: from the start. *Throws* ValueError for any other text
/// than `format_page_start` makes.
[[nodiscard]] PageStart parse_page_start(std::string_view text);
[[nodiscard]] std::string format_page_start(const JobRecord& last);
/// How many rows to ask for: one more than wanted tells whether another page follows.
[[nodiscard]] std::int64_t rows_of_page(std::size_t limit);

}  // namespace punctual::detail
