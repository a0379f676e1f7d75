#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "job_file.hpp"

namespace punctual::program {

/// The time at which test files are read.
inline Instant reading_time() {
    return parse_instant("2025-01-01T00:00:00Z");
}

inline JobFile parse(std::string_view text) {
    return parse_job_file(text, "jobs.toml", reading_time());
}

/// Its mistakes as they are shown.
inline std::vector<std::string> mistakes_of(std::string_view text) {
    const JobFile file = parse(text);
    std::vector<std::string> lines;
    for (const Mistake& mistake : file.mistakes) lines.push_back(format_mistake(file, mistake));
    return lines;
}

}  // namespace punctual::program
