#include "executors/command_task.hpp"
#include "executors/process_pool_options.hpp"
#include "executors/process_worker.hpp"
#include "executors/worker_pool.hpp"

#include <punctual/errors.hpp>
#include <punctual/executors/executor.hpp>

#include <mutex>
#include <string>
#include <system_error>
#include <thread>

#include <pthread.h>

namespace punctual {

namespace {

// The thread of a pool of processes; what it does is in WorkerPool.
class ProcessPool final : public Executor {
public:
    ProcessPool(std::size_t workers, const ProcessPoolOptions& options)
        : pool_(std::make_shared<detail::WorkerPool>(workers, options)) {}
    ProcessPool(const ProcessPool&) = delete;
    ProcessPool& operator=(const ProcessPool&) = delete;

    ~ProcessPool() override {
        shutdown(false);
        // Left only on the pool's own thread, which cannot wait for itself.
        if (thread_.joinable()) thread_.detach();
    }

    void start() override {
        detail::check_can_have_workers();
        try {
            thread_ = std::thread([pool = pool_] {
                pthread_setname_np(pthread_self(), "punctual-procs");
                pool->work();
            });
        } catch (const std::system_error& error) {
            throw ExecutorError(std::string("cannot start a thread for processes: ") +
                                error.what());
        }
    }
    [[nodiscard]] std::size_t room() const override { return pool_->room(); }
    void submit(std::vector<RunTicket>& runs) override {
        pool_->submit(runs);
        runs.clear();
    }
    [[nodiscard]] std::string refuse(const JobDefinition& job) const override {
        try {
            if (std::string reason = Executor::refuse(job); !reason.empty()) return reason;
            const std::string text = detail::arguments_for_worker(job);
            if (std::string fault = job.call.fault(); !fault.empty()) return fault;
            const std::string& task = job.call.task();
            if (!detail::is_known_in_workers(task)) return detail::task_missing_in_workers(task);
            if (Value::from_json(text) == job.call.arguments()) return {};
            return "an argument has text that is not UTF-8, which a worker would not get as it is: "
                   "encode it, as in base 64";
        } catch (const Error& error) {
            return error.what();
        }
    }
    void shutdown(bool wait) override {
        pool_->close();
        if (!wait) pool_->drop_waiting();
        if (pool_->is_working_here()) return;
        const std::lock_guard joining(join_mutex_);
        if (thread_.joinable()) thread_.join();
    }

private:
    std::shared_ptr<detail::WorkerPool> pool_;
    std::mutex join_mutex_;
    std::thread thread_;
};

}  // namespace

std::shared_ptr<Executor> make_process_pool(int workers, const ProcessPoolOptions& options) {
    detail::check_process_pool(workers, options);
    detail::link_command_task();
    return std::make_shared<ProcessPool>(static_cast<std::size_t>(workers), options);
}

}  // namespace punctual
