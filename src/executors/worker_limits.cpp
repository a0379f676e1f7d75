#include "executors/worker_limits.hpp"

#include <punctual/errors.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <string_view>

#include <fcntl.h>
#include <sys/resource.h>

namespace punctual::detail {

namespace {

// A limit of the system that is lower stays.
void lower_limit(__rlimit_resource resource, rlim_t value) {
    rlimit limit{};
    ::getrlimit(resource, &limit);
    limit.rlim_cur = std::min(value, limit.rlim_max);
    if (::setrlimit(resource, &limit) == 0) return;
    throw ExecutorError("cannot limit a worker: " + system_message(errno));
}

std::chrono::microseconds length_of(const timeval& time) {
    return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
}

}  // namespace

void WorkerLimits::apply(const WorkerSetup& setup) {
    cpu_limit_ = setup.cpu_limit;
    if (setup.memory_limit > 0) lower_limit(RLIMIT_AS, static_cast<rlim_t>(setup.memory_limit));
    if (setup.reports_memory) {
        memory_ = FileDescriptor(::open("/proc/self/statm", O_RDONLY | O_CLOEXEC));
    }
}

void WorkerLimits::begin_run() const {
    if (cpu_limit_ == unlimited) return;
    rusage usage{};
    ::getrusage(RUSAGE_SELF, &usage);
    const auto used = length_of(usage.ru_utime) + length_of(usage.ru_stime);
    constexpr Duration longest = std::chrono::days(36500);
    const auto seconds =
        std::chrono::ceil<std::chrono::seconds>(used + std::min(cpu_limit_, longest));
    lower_limit(RLIMIT_CPU, static_cast<rlim_t>(seconds.count()));
}

std::int64_t WorkerLimits::resident_bytes() const {
    if (!memory_.is_open()) return 0;
    // "12345 678 …": all its pages, then those that are resident.
    std::array<char, 128> buffer{};
    const ssize_t count = ::pread(memory_.number(), buffer.data(), buffer.size(), 0);
    const std::string_view text(buffer.data(),
                                static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    const std::size_t space = std::min(text.find(' '), text.size());
    std::int64_t pages = 0;
    std::from_chars(text.data() + std::min(space + 1, text.size()), text.data() + text.size(),
                    pages);
    return pages * ::sysconf(_SC_PAGESIZE);
}

}  // namespace punctual::detail
