// The worker's side of a pool of processes.
#include "executors/process_worker.hpp"
#include "executors/run_watcher.hpp"
#include "executors/worker_limits.hpp"
#include "executors/worker_process.hpp"
#include "tasks/registry.hpp"
#include "tasks/run_slot.hpp"

#include <punctual/executors/executor.hpp>
#include <punctual/executors/process_pool.hpp>

#include <algorithm>
#include <atomic>
#include <charconv>
#include <cstdio>
#include <iostream>
#include <memory>
#include <mutex>
#include <utility>

#include <fcntl.h>
#include <sched.h>
#include <stdio_ext.h>
#include <sys/socket.h>
#include <sys/stat.h>

namespace punctual {

namespace detail {

namespace {

using TaskNames = std::set<std::string, std::less<>>;

// Null until `main` has called `process_worker`; then for the rest of the program.
std::atomic<const TaskNames*> names_in_workers = nullptr;
std::atomic<bool> this_is_a_worker = false;

struct Never {
    [[nodiscard]] std::optional<Instant> next(Instant) const { return std::nullopt; }
    [[nodiscard]] std::optional<Instant> previous(Instant) const { return std::nullopt; }
};

void keep_from_children(int descriptor) {
    ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
}

// What a run printed must not die with this process. To look at all streams takes a tenth of a
// worker's time where jobs are tiny, and what a job buffers in its own is its own affair until the
// worker would wait.
void flush_printed() {
    std::cout.flush();
    if (::__fpending(stdout) > 0) std::fflush(stdout);
}

void flush_all() {
    std::cout.flush();
    std::fflush(nullptr);
}

// A run in a worker: the engine's side of its slot sends how it went to the pool.
class Worker final : public RunSink {
public:
    explicit Worker(int pool)
        : messages_(WorkerStart::messages),
          page_(FileDescriptor(WorkerStart::page)),
          watcher_(FileDescriptor(WorkerStart::control), pool) {
        keep_from_children(messages_.number());
        page_.close_descriptor();
    }

    // Until the pool wants no more.
    void work() {
        while (read()) {
            bool ran = false;
            while (const auto message = reader_.next()) {
                if (const auto* setup = std::get_if<WorkerSetup>(&*message)) prepare(*setup);
                if (const auto* order = std::get_if<RunOrder>(&*message)) {
                    execute(*order);
                    ran = true;
                }
            }
            if (ran) flush_all();
        }
    }

    // The pool keeps times: what happens in between is its own affair.
    [[nodiscard]] Instant now() noexcept override { return {}; }
    [[nodiscard]] Duration elapsed() noexcept override { return {}; }

    void finished(RunSlot& slot) noexcept override {
        watcher_.end();
        RunAnswer answer{.outcome = slot.outcome};
        std::string result;
        if (slot.details != nullptr) {
            answer.reason = slot.details->reason;
            answer.output = slot.details->output;
            try {
                if (!slot.details->result.is_null()) result = slot.details->result.to_json();
            } catch (const std::exception& error) {
                fail(answer, std::string("its result cannot be sent: ") + error.what());
            }
        }
        answer.result = result;
        send(answer);
    }

    void progressed(RunSlot&, RunProgress progress) noexcept override {
        // A line that long is no line.
        progress.text.resize(std::min(progress.text.size(), longest_progress));
        const std::lock_guard lock(write_mutex_);
        const std::uint32_t sequence = sequence_;
        // A thread that a job has left behind tells of a run that is over.
        if (sequence == 0) return;
        std::string bytes;
        append_message(
            bytes, RunProgressed{
                       .sequence = sequence, .fraction = progress.fraction, .text = progress.text});
        write(bytes);
    }

private:
    static constexpr std::size_t longest_progress = 64 * 1024;

    bool read() {
        const std::span<char> space = reader_.space();
        ssize_t count = -1;
        do {
            count = ::recv(messages_.number(), space.data(), space.size(), 0);
        } while (count < 0 && errno == EINTR);
        if (count <= 0) return false;
        reader_.filled(static_cast<std::size_t>(count));
        return true;
    }

    void prepare(const WorkerSetup& setup) {
        limits_.apply(setup);
        std::string bytes;
        append_message(bytes, WorkerReady());
        const std::lock_guard lock(write_mutex_);
        write(bytes);
    }

    void execute(const RunOrder& order) {
        if (!page_.marks().begin(order.sequence)) return;
        sequence_ = order.sequence;
        if (!is_known(order) && find_task(order.task) == nullptr) {
            RunAnswer answer;
            fail(answer, task_missing_in_workers(order.task));
            send(answer);
            return;
        }
        slot_.reset({.id = order.run_id,
                     .job = job_of(order),
                     .scheduled = order.scheduled,
                     .due = order.due,
                     .attempt = order.attempt});
        limits_.begin_run();
        watcher_.begin(order.sequence, slot_);
        RunTicket(slot_).execute();
    }

    // Mostly it is the same as for the run before.
    [[nodiscard]] bool is_known(const RunOrder& order) const {
        return job_ != nullptr && job_->id == order.job_id && job_->call.task() == order.task &&
               arguments_ == order.arguments;
    }

    const std::shared_ptr<const JobDefinition>& job_of(const RunOrder& order) {
        if (!is_known(order)) {
            job_ = make_job(order);
            arguments_ = order.arguments;
        }
        return job_;
    }

    std::shared_ptr<const JobDefinition> make_job(const RunOrder& order) {
        return std::make_shared<const JobDefinition>(JobDefinition{
            .id = std::string(order.job_id),
            .call = call_by_name(std::string(order.task), Value::from_json(order.arguments)),
            .trigger = never_,
            .settings = settings_});
    }

    // Keeps the text until the next one.
    void fail(RunAnswer& answer, std::string reason) {
        reason_ = std::move(reason);
        answer.outcome = RunState::failed;
        answer.reason = reason_;
        answer.result = {};
    }

    void send(RunAnswer& answer) {
        flush_printed();
        if (size_of(answer) > longest_message) {
            const std::size_t size = size_of(answer);
            answer.output = {};
            fail(answer, "its result and output are too long to be sent: " + std::to_string(size) +
                             " bytes, where " + std::to_string(longest_message) + " are allowed");
        }
        answer.resident_bytes = limits_.resident_bytes();
        const std::lock_guard lock(write_mutex_);
        // Nothing is told of the run after its answer.
        answer.sequence = sequence_.exchange(0);
        outgoing_.clear();
        append_message(outgoing_, answer);
        write(outgoing_);
    }

    // Under `write_mutex_`.
    void write(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t count =
                ::send(messages_.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
            // Without its pool there is nothing left to do.
            if (count < 0 && errno != EINTR) RunWatcher::end_process();
            if (count > 0) bytes.remove_prefix(static_cast<std::size_t>(count));
        }
    }

    FileDescriptor messages_;
    std::mutex write_mutex_;  // held while something is sent: any thread tells progress
    // Of the run that goes on; 0: none does. It becomes that under the mutex.
    std::atomic<std::uint32_t> sequence_ = 0;
    SharedPage page_;
    RunWatcher watcher_;
    WorkerLimits limits_;
    MessageReader reader_;
    std::string outgoing_;
    std::string reason_;
    RunSlot slot_{*this};
    std::shared_ptr<const JobDefinition> job_;
    std::string arguments_;
    const Trigger never_{Never()};
    const std::shared_ptr<const JobSettings> settings_ = std::make_shared<const JobSettings>();
};

bool is_socket(int descriptor) {
    struct stat status {};
    return ::fstat(descriptor, &status) == 0 && S_ISSOCK(status.st_mode);
}

// The process of the pool; nothing if a person wrote these arguments.
std::optional<int> pool_of(int argc, const char* const* argv) {
    if (argc != 3 || !is_socket(WorkerStart::messages) || !is_socket(WorkerStart::control)) {
        return std::nullopt;
    }
    const std::string_view text = argv[2];
    int pool = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), pool);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return pool;
}

}  // namespace

std::string task_missing_in_workers(std::string_view task) {
    return "the workers do not know the task \"" + std::string(task) +
           "\": they know those that are registered when main calls punctual::process_worker; "
           "define it at namespace scope, as const auto … = task(\"" +
           std::string(task) + "\", …)";
}

bool is_known_in_workers(std::string_view task) {
    const TaskNames* names = names_in_workers.load();
    return names == nullptr || names->contains(task);
}

std::string arguments_for_worker(const JobDefinition& job) {
    if (job.call.task().empty()) {
        throw ExecutorError(
            "its workers are other processes, which know tasks by name, and this is a callable "
            "without one: define a task(\"name\", …) at namespace scope");
    }
    std::string text;
    try {
        text = job.call.arguments().to_json();
    } catch (const SerializationError& error) {
        throw ExecutorError(std::string("its arguments cannot be sent to a worker: ") +
                            error.what());
    }
    const std::size_t size =
        size_of(RunOrder{.job_id = job.id, .task = job.call.task(), .arguments = text});
    if (size <= longest_message) return text;
    throw ExecutorError("its arguments are too long to be sent to a worker: " +
                        std::to_string(size) + " bytes, where " + std::to_string(longest_message) +
                        " are allowed; pass the name of a file");
}

void check_can_have_workers() {
    if (this_is_a_worker.load()) {
        throw ExecutorError(
            "this process is itself a worker of a process_pool, and a worker starts no others");
    }
    if (names_in_workers.load() == nullptr) {
        throw ExecutorError(
            "a process_pool starts this program anew for its workers, but main does not know them: "
            "let it begin with \"if (const auto code = punctual::process_worker(argc, argv)) "
            "return *code;\"");
    }
}

}  // namespace detail

std::optional<int> process_worker(int argc, const char* const* argv) {
    if (argc < 2 || detail::WorkerStart::argument != argv[1]) {
        static const detail::TaskNames names = detail::task_names();
        detail::names_in_workers.store(&names);
        return std::nullopt;
    }
    const std::optional<int> pool = detail::pool_of(argc, argv);
    if (!pool) {
        std::fprintf(stderr, "%s: %s is for programs that start themselves as their workers\n",
                     argv[0], argv[1]);
        return 2;
    }
    detail::this_is_a_worker.store(true);
    try {
        detail::Worker(*pool).work();
    } catch (const std::exception& error) {
        std::fprintf(stderr, "%s: this worker cannot go on: %s\n", argv[0], error.what());
        return 1;
    }
    return 0;
}

int processor_count() {
    cpu_set_t processors;
    CPU_ZERO(&processors);
    // On a machine with more processors than the set has, the call fails.
    const int count = ::sched_getaffinity(0, sizeof processors, &processors) == 0
                          ? CPU_COUNT(&processors)
                          : static_cast<int>(::sysconf(_SC_NPROCESSORS_ONLN));
    return std::max(count, 1);
}

}  // namespace punctual
