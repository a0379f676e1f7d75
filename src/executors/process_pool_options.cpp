#include "executors/process_pool_options.hpp"

#include <punctual/errors.hpp>

#include <cstdint>
#include <string>

namespace punctual::detail {

namespace {

void check_number(const char* option, std::int64_t value) {
    if (value >= 0) return;
    throw ConfigurationError(std::string(option) + " of a process_pool is " +
                             std::to_string(value) + ": it must be at least 0 (0: no limit)");
}

void check_length(const char* option, Duration value, Duration least, const char* needed) {
    if (value >= least) return;
    throw ConfigurationError(std::string(option) + " of a process_pool is " +
                             format_duration(value) + ": it must be " + needed);
}

}  // namespace

void check_process_pool(int workers, const ProcessPoolOptions& options) {
    if (workers < 1) {
        throw ConfigurationError("a process_pool needs at least 1 worker, not " +
                                 std::to_string(workers));
    }
    check_number("max_runs_per_worker", options.max_runs_per_worker);
    check_number("max_memory", options.max_memory);
    check_number("memory_limit", options.memory_limit);
    constexpr Duration least = std::chrono::microseconds(1);
    check_length("cpu_limit", options.cpu_limit, least, "above 0");
    check_length("kill_after", options.kill_after, Duration(), "0 or more");
    check_length("start_timeout", options.start_timeout, least, "above 0");
}

}  // namespace punctual::detail
