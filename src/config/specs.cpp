// What the specs of a configuration stand for.

#include <punctual/config.hpp>
#include <punctual/errors.hpp>
#include <punctual/executors/executor.hpp>

#include <string>
#include <utility>

#include "executors/process_pool_options.hpp"
#include "stores/store_registry.hpp"

namespace punctual {
namespace {

void check_at_least(std::int64_t value, std::int64_t least, const char* key) {
    if (value < least) {
        throw ConfigurationError(std::string(key) + " is " + std::to_string(value) +
                                 ": it must be at least " + std::to_string(least));
    }
}

void check_positive(Duration length, const char* key) {
    if (length.count() < 1) {
        throw ConfigurationError(std::string(key) + " is " + format_duration(length) +
                                 ": it must be at least 1us (or `unlimited`)");
    }
}

}  // namespace

std::shared_ptr<JobStore> StoreSpec::make() const {
    return store_ != nullptr ? store_ : detail::make_store(url_);
}

StoreSpec memory() {
    return StoreSpec("memory://");
}

// What would mean something else in a URL is escaped.
StoreSpec sqlite(const std::string& path) {
    std::string url = "sqlite:///";
    for (const char letter : path) {
        switch (letter) {
            case '%':
                url += "%25";
                break;
            case '?':
                url += "%3F";
                break;
            case '#':
                url += "%23";
                break;
            default:
                url += letter;
        }
    }
    return StoreSpec(std::move(url));
}

StoreSpec store(std::string url) {
    return StoreSpec(std::move(url));
}

ExecutorSpec thread_pool(int threads) {
    check_at_least(threads, 1, "the number of threads of a thread_pool");
    return {ExecutorSpec::Kind::thread_pool, threads};
}

ExecutorSpec inline_executor() {
    return {ExecutorSpec::Kind::inline_executor, 1};
}

ExecutorSpec command_executor(int max_commands) {
    check_at_least(max_commands, 1, "max_commands of a command_executor");
    return {ExecutorSpec::Kind::commands, max_commands};
}

ExecutorSpec process_pool(int workers, ProcessPoolOptions options) {
    detail::check_process_pool(workers, options);
    ExecutorSpec spec(ExecutorSpec::Kind::processes, workers);
    spec.processes_ = options;
    return spec;
}

std::shared_ptr<Executor> ExecutorSpec::make() const {
    switch (kind_) {
        case Kind::inline_executor:
            return make_inline_executor();
        case Kind::thread_pool:
            return make_thread_pool(size_);
        case Kind::commands:
            return make_command_executor(size_);
        case Kind::processes:
            return make_process_pool(size_, processes_);
        case Kind::given:
            break;
    }
    return executor_;
}

void check_options(const SchedulerOptions& options) {
    check_positive(options.job_defaults.misfire_grace_time, "job_defaults.misfire_grace_time");
    check_at_least(options.job_defaults.max_instances, 1, "job_defaults.max_instances");
    check_at_least(options.job_defaults.max_catch_up, 1, "job_defaults.max_catch_up");
    check_positive(options.job_defaults.timeout, "job_defaults.timeout");
    check_at_least(options.job_defaults.max_queued, 1, "job_defaults.max_queued");
    try {
        check_retry(options.job_defaults.retry);
    } catch (const ValueError& error) {
        throw ConfigurationError(std::string("job_defaults.") + error.what());
    }
    check_at_least(options.history.runs_per_job, 0, "history.runs_per_job");
    check_at_least(options.history.runs, 0, "history.runs");
    check_positive(options.history.age, "history.age");
}

}  // namespace punctual
