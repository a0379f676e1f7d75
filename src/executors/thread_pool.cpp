#include "executors/command_task.hpp"
#include "executors/pool_state.hpp"

#include <punctual/errors.hpp>
#include <punctual/executors/executor.hpp>

#include <string>
#include <system_error>
#include <thread>

#include <pthread.h>

namespace punctual {

namespace {

void name_this_thread(std::size_t number) {
    // Linux cuts at 15 characters by refusing longer names: without a name is no harm.
    pthread_setname_np(pthread_self(), ("punctual-" + std::to_string(number)).c_str());
}

// The threads of a pool; what they do is in PoolState.
class ThreadPool final : public Executor {
public:
    explicit ThreadPool(std::size_t threads)
        : state_(std::make_shared<detail::PoolState>(threads)) {}
    ThreadPool(const ThreadPool&) = delete;
    ThreadPool& operator=(const ThreadPool&) = delete;

    ~ThreadPool() override {
        shutdown(false);
        // Left only on one of the pool's own threads, which cannot wait for itself.
        for (std::thread& thread : threads_) thread.detach();
    }

    void start() override {}
    [[nodiscard]] std::size_t room() const override { return state_->room(); }

    void submit(std::vector<RunTicket>& runs) override {
        const std::size_t to_start = state_->submit(runs);
        // Empty, unless the pool is closed: then the tickets report that.
        runs.clear();
        if (to_start > 0) start_threads(to_start);
    }

    void shutdown(bool wait) override {
        state_->close();
        if (!wait) state_->drop_waiting();
        if (!state_->is_working_here()) join_threads();
    }

private:
    void start_threads(std::size_t count) {
        const std::lock_guard lock(threads_mutex_);
        for (; count > 0; --count) {
            try {
                const std::size_t index = count_started_;
                threads_.emplace_back([state = state_, index] {
                    name_this_thread(index + 1);
                    state->work(index);
                });
                ++count_started_;
            } catch (const std::system_error& error) {
                state_->give_back_threads(count);
                // With at least one thread everything runs, if later.
                if (count_started_ > 0) return;
                state_->drop_waiting();
                throw ExecutorError(std::string("cannot start a thread for the pool: ") +
                                    error.what());
            }
        }
    }

    void join_threads() {
        const std::lock_guard joining(join_mutex_);
        std::vector<std::thread> threads;
        {
            const std::lock_guard lock(threads_mutex_);
            threads.swap(threads_);
        }
        for (std::thread& thread : threads) thread.join();
    }

    std::shared_ptr<detail::PoolState> state_;
    std::mutex join_mutex_;     // held while waiting, so that every caller of shutdown waits
    std::mutex threads_mutex_;  // guards all below
    std::vector<std::thread> threads_;
    std::size_t count_started_ = 0;
};

}  // namespace

std::shared_ptr<Executor> make_thread_pool(int threads) {
    if (threads < 1) {
        throw ConfigurationError("a thread pool needs at least 1 thread, not " +
                                 std::to_string(threads));
    }
    detail::link_command_task();
    return std::make_shared<ThreadPool>(static_cast<std::size_t>(threads));
}

}  // namespace punctual
