#include "executors/command_task.hpp"

#include <punctual/executors/executor.hpp>

#include <atomic>
#include <limits>

namespace punctual {

namespace {

// Runs happen in `submit`, so there is nothing to start, to wait for or to end.
class InlineExecutor final : public Executor {
public:
    void start() override {}
    [[nodiscard]] std::size_t room() const override {
        return std::numeric_limits<std::size_t>::max();
    }
    void submit(std::vector<RunTicket>& runs) override {
        // A run may submit to this executor through the same vector.
        std::vector<RunTicket> batch = std::move(runs);
        runs.clear();
        if (closed_.load()) return;
        for (RunTicket& ticket : batch) {
            if (dropping_.load()) break;
            ticket.execute();
        }
    }
    void shutdown(bool wait) override {
        closed_.store(true);
        if (!wait) dropping_.store(true);
    }

private:
    std::atomic<bool> closed_ = false;
    std::atomic<bool> dropping_ = false;
};

}  // namespace

std::shared_ptr<Executor> make_inline_executor() {
    detail::link_command_task();
    return std::make_shared<InlineExecutor>();
}

}  // namespace punctual
