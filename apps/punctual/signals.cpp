#include "signals.hpp"

#include <algorithm>
#include <csignal>
#include <ctime>

#include <unistd.h>

namespace punctual::program {

namespace {

// The kernel takes no longer ones.
constexpr Duration longest_wait = std::chrono::hours(24);

constexpr int interrupting = SIGUSR1;

sigset_t watched_signals() {
    sigset_t signals;
    sigemptyset(&signals);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, interrupting}) sigaddset(&signals, signal);
    return signals;
}

}  // namespace

void block_signals() {
    sigset_t signals = watched_signals();
    sigaddset(&signals, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
}

std::optional<int> wait_for_signal(Duration length) {
    const sigset_t signals = watched_signals();
    const std::chrono::microseconds wait =
        std::clamp<std::chrono::microseconds>(length, Duration(), longest_wait);
    const auto seconds = std::chrono::floor<std::chrono::seconds>(wait);
    const timespec timeout{.tv_sec = seconds.count(),
                           .tv_nsec = std::chrono::nanoseconds(wait - seconds).count()};
    const int signal = sigtimedwait(&signals, nullptr, &timeout);
    return signal > 0 && signal != interrupting ? std::optional(signal) : std::nullopt;
}

void interrupt_wait() {
    kill(getpid(), interrupting);
}

}  // namespace punctual::program
