#include "executors/command_child.hpp"
#include "executors/command_task.hpp"
#include "executors/wake_on_stop.hpp"

#include <punctual/errors.hpp>
#include <punctual/executors/executor.hpp>

#include <algorithm>
#include <deque>
#include <mutex>
#include <optional>
#include <span>
#include <system_error>
#include <thread>
#include <vector>

#include <pthread.h>

namespace punctual {

namespace {

// A command with the run that it is.
class RunningCommand {
public:
    // Takes the ticket last: whoever has it when something throws has to report it.
    RunningCommand(const detail::Command& command, StopListener& on_stop, RunTicket& ticket)
        : child_(command, {.job_id = ticket.job().id,
                           .run_id = ticket.run_id(),
                           .scheduled = ticket.scheduled(),
                           .attempt = ticket.attempt()}),
          ticket_(std::move(ticket)) {
        ticket_.set_stop_listener(on_stop);
    }

    [[nodiscard]] const detail::CommandChild& child() const { return child_; }

    // True once it is over.
    [[nodiscard]] bool advance(std::span<const pollfd> polled) {
        if (ticket_.stop_requested()) child_.stop();
        return child_.advance(polled);
    }
    void finish() {
        result_ = child_.result();
        std::string output = child_.output();
        if (!output.empty()) ticket_.set_output(std::move(output));
    }
    void report() { ticket_.complete(std::move(result_)); }

private:
    detail::CommandChild child_;
    RunResult result_;
    RunTicket ticket_;
};

// What the executor shares with its thread, which keeps it alive.
class CommandSupervisor {
public:
    explicit CommandSupervisor(std::size_t most) : most_(most) {}

    [[nodiscard]] std::size_t room() const {
        const std::lock_guard lock(mutex_);
        const std::size_t taken = running_count_ + waiting_.size();
        return most_ > taken ? most_ - taken : 0;
    }

    // When closed, it takes nothing.
    void submit(std::vector<RunTicket>& runs) {
        {
            const std::lock_guard lock(mutex_);
            if (closed_) return;
            for (RunTicket& ticket : runs) waiting_.push_back(std::move(ticket));
        }
        wake_up_.raise();
    }

    void close() {
        {
            const std::lock_guard lock(mutex_);
            closed_ = true;
        }
        wake_up_.raise();
    }

    [[nodiscard]] bool is_working_here() const { return working_here == this; }

    void drop_waiting() {
        std::deque<RunTicket> dropped;
        const std::lock_guard lock(mutex_);
        dropped.swap(waiting_);
    }

    // On the supervising thread, until closed and nothing is left.
    void work() {
        working_here = this;
        while (start_waiting()) {
            wait();
            advance_all();
        }
    }

private:
    // False once there is nothing left to do.
    bool start_waiting() {
        while (std::optional<RunTicket> ticket = next_waiting()) start(*ticket);
        const std::lock_guard lock(mutex_);
        return !running_.empty() || !waiting_.empty() || !closed_;
    }

    std::optional<RunTicket> next_waiting() {
        const std::lock_guard lock(mutex_);
        if (waiting_.empty() || running_.size() >= most_) return std::nullopt;
        std::optional<RunTicket> ticket(std::move(waiting_.front()));
        waiting_.pop_front();
        return ticket;
    }

    void start(RunTicket& ticket) {
        if (!ticket.begin()) return;
        try {
            running_.push_back(std::make_unique<RunningCommand>(
                detail::command_of(ticket.job().call), wake_on_stop_, ticket));
        } catch (const std::exception& error) {
            ticket.complete({.outcome = RunState::failed, .reason = error.what()});
            return;
        }
        const std::lock_guard lock(mutex_);
        running_count_ = running_.size();
    }

    void wait() {
        polled_.assign(1, {.fd = wake_up_.number(), .events = POLLIN, .revents = 0});
        detail::SteadyTime deadline = detail::SteadyTime::max();
        for (const auto& command : running_) {
            const auto descriptors = command->child().descriptors();
            polled_.insert(polled_.end(), descriptors.begin(), descriptors.end());
            deadline = std::min(deadline, command->child().deadline());
        }
        detail::poll_until(polled_, deadline);
        if (polled_.front().revents != 0) wake_up_.clear();
    }

    void advance_all() {
        constexpr std::size_t each = detail::CommandChild::descriptor_count;
        std::span<const pollfd> polled = std::span(polled_).subspan(1);
        std::vector<std::unique_ptr<RunningCommand>> finished;
        for (auto& command : running_) {
            if (command->advance(polled.first(each))) finished.push_back(std::move(command));
            polled = polled.subspan(each);
        }
        std::erase(running_, nullptr);
        for (const auto& command : finished) command->finish();
        {
            // Before the reports, for the engine answers a report by asking for room.
            const std::lock_guard lock(mutex_);
            running_count_ = running_.size();
        }
        for (const auto& command : finished) command->report();
    }

    inline static thread_local const CommandSupervisor* working_here = nullptr;

    const std::size_t most_;
    detail::WakeUp wake_up_;
    detail::WakeOnStop wake_on_stop_{wake_up_};
    // Of the supervising thread alone.
    std::vector<std::unique_ptr<RunningCommand>> running_;
    std::vector<pollfd> polled_;

    mutable std::mutex mutex_;  // guards all below
    std::deque<RunTicket> waiting_;
    std::size_t running_count_ = 0;
    bool closed_ = false;
};

class CommandExecutor final : public Executor {
public:
    explicit CommandExecutor(std::size_t most)
        : supervisor_(std::make_shared<CommandSupervisor>(most)) {}
    CommandExecutor(const CommandExecutor&) = delete;
    CommandExecutor& operator=(const CommandExecutor&) = delete;

    ~CommandExecutor() override {
        shutdown(false);
        // Left only on the supervising thread itself, which cannot wait for itself.
        if (thread_.joinable()) thread_.detach();
    }

    void start() override {
        try {
            thread_ = std::thread([supervisor = supervisor_] {
                pthread_setname_np(pthread_self(), "punctual-cmd");
                supervisor->work();
            });
        } catch (const std::system_error& error) {
            throw ExecutorError(std::string("cannot start a thread for commands: ") + error.what());
        }
    }
    [[nodiscard]] std::size_t room() const override { return supervisor_->room(); }
    void submit(std::vector<RunTicket>& runs) override {
        supervisor_->submit(runs);
        runs.clear();
    }
    [[nodiscard]] std::string refuse(const JobDefinition& job) const override {
        if (job.call.task() == detail::command_task_name) return {};
        const std::string what =
            job.call.task().empty() ? "a callable" : "the task \"" + job.call.task() + "\"";
        return "it runs nothing but commands, and this is " + what + ": use command(…)";
    }
    void shutdown(bool wait) override {
        supervisor_->close();
        if (!wait) supervisor_->drop_waiting();
        if (supervisor_->is_working_here()) return;
        const std::lock_guard joining(join_mutex_);
        if (thread_.joinable()) thread_.join();
    }

private:
    std::shared_ptr<CommandSupervisor> supervisor_;
    std::mutex join_mutex_;
    std::thread thread_;
};

}  // namespace

std::shared_ptr<Executor> make_command_executor(int max_commands) {
    if (max_commands < 1) {
        throw ConfigurationError("an executor of commands needs room for at least 1, not " +
                                 std::to_string(max_commands));
    }
    detail::link_command_task();
    return std::make_shared<CommandExecutor>(static_cast<std::size_t>(max_commands));
}

}  // namespace punctual
