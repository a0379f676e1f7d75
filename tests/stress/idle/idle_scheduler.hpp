#pragma once
// A scheduler that has nothing to do for an hour, on a thread that does nothing else.

#include <punctual/scheduler.hpp>

#include <functional>
#include <latch>
#include <string>
#include <thread>
#include <vector>

namespace punctual::testing {

class IdleScheduler;

/// A kind of schedulers: `run` makes one, starts it, runs its loop and returns after its end.
struct IdleKind {
    std::string name;
    void (*run)(IdleScheduler& idle);
};

/// Those that are linked.
inline std::vector<IdleKind>& idle_kinds() {
    static std::vector<IdleKind> kinds;
    return kinds;
}
/// At namespace scope: `const bool known = add_idle_kind({"mine", run});`
inline bool add_idle_kind(IdleKind kind) {
    idle_kinds().push_back(std::move(kind));
    return true;
}

class IdleScheduler {
public:
    explicit IdleScheduler(IdleKind kind);
    IdleScheduler(const IdleScheduler&) = delete;
    IdleScheduler& operator=(const IdleScheduler&) = delete;
    ~IdleScheduler() { thread_.join(); }

    // --- For its thread, in this order ---

    /// Gives it a job and starts it. `over`: called where its listeners are, at its end.
    void start(
        Scheduler& scheduler, std::function<void()> over = [] {});
    /// Before it is destroyed: nobody else uses it any more.
    void wait_until_let_go() { let_go_.wait(); }

    // --- For the test, in this order ---

    void wait_until_started() { started_.wait(); }
    void shut_down();

private:
    Scheduler* scheduler_ = nullptr;
    std::latch started_{1};
    std::latch let_go_{1};
    std::thread thread_;
};

}  // namespace punctual::testing
