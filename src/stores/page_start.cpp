#include "stores/page_start.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <charconv>
#include <limits>

namespace punctual::detail {

PageStart parse_page_start(std::string_view text) {
    if (text.empty()) return {};
    std::int64_t time = 0;
    PageStart start;
    const char* const end = text.data() + text.size();
    const auto [colon, error] = std::from_chars(text.data(), end, time);
    if (error != std::errc() || colon == end ||
        std::from_chars(colon + 1, end, start.generation).ec != std::errc()) {
        throw ValueError(fmt::format("\"{}\" does not continue a list of jobs", text));
    }
    start.next_run_time = Instant(std::chrono::microseconds(time));
    return start;
}

std::string format_page_start(const JobRecord& last) {
    return fmt::format("{}:{}", last.next_run_time.time_since_epoch().count(), last.generation);
}

std::int64_t rows_of_page(std::size_t limit) {
    constexpr auto most = static_cast<std::size_t>(std::numeric_limits<std::int64_t>::max() - 1);
    return static_cast<std::int64_t>(std::min(limit, most)) + 1;
}

}  // namespace punctual::detail
