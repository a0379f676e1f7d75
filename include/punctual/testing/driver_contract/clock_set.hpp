#pragma once
// What the system tells a process when somebody sets its clock, without anybody doing so.

#include <cstdlib>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>

#include <dirent.h>
#include <sys/timerfd.h>

namespace punctual::testing {

/// Whether the descriptor is a timer that ends early when the system's clock is set.
inline bool watches_for_clock_changes(const std::string& descriptor) {
    std::ifstream info("/proc/self/fdinfo/" + descriptor);
    for (std::string line; std::getline(info, line);) {
        constexpr std::string_view name = "settime flags:";
        if (!line.starts_with(name)) continue;
        const long flags = std::strtol(line.c_str() + name.size(), nullptr, 8);
        return (flags & TFD_TIMER_CANCEL_ON_SET) != 0;
    }
    return false;
}

/// Ends all timers of this process that the system would end if its clock were set now.
inline void end_timers_as_if_the_clock_was_set() {
    const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir("/proc/self/fd"), ::closedir);
    if (folder == nullptr) return;
    while (const dirent* const entry = ::readdir(folder.get())) {
        if (!watches_for_clock_changes(entry->d_name)) continue;
        const auto timer = static_cast<int>(std::strtol(entry->d_name, nullptr, 10));
        itimerspec past{};
        past.it_value.tv_nsec = 1;
        ::timerfd_settime(timer, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &past, nullptr);
    }
}

}  // namespace punctual::testing
