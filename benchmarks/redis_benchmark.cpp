// Jobs on a Redis server through the whole scheduler: added, and fired, which is claimed, started
// and settled; beside what the bare client does with the same writes, 500 jobs in one pipeline. The
// server is a private one that writes a log, synced each second.

#include <benchmark/benchmark.h>
#include <punctual/punctual.hpp>

#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>
#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

using namespace punctual;

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr int job_count = 100'000;
constexpr int batch_size = 500;

std::atomic<int> runs_counted = 0;
const auto count_run = task("punctual.redis_benchmark.count",
                            [](int) { runs_counted.fetch_add(1, std::memory_order_relaxed); });

class Client {
public:
    explicit Client(const std::string& socket_path)
        : context_(redisConnectUnix(socket_path.c_str()), redisFree) {}

    [[nodiscard]] bool is_connected() const { return context_ != nullptr && context_->err == 0; }
    /// Sends it with the others, when the answers are read.
    template <class... Words>
    void append(const char* format, Words... words) {
        if (redisAppendCommand(context_.get(), format, words...) != REDIS_OK) std::abort();
        ++pending_;
    }
    void read_answers() {
        for (; pending_ > 0; --pending_) {
            void* reply = nullptr;
            if (redisGetReply(context_.get(), &reply) != REDIS_OK) std::abort();
            if (static_cast<redisReply*>(reply)->type == REDIS_REPLY_ERROR) std::abort();
            freeReplyObject(reply);
        }
    }

private:
    std::unique_ptr<redisContext, decltype(&redisFree)> context_;
    int pending_ = 0;
};

class Server {
public:
    Server() {
        std::string name = std::filesystem::temp_directory_path() / "punctual-benchmark-XXXXXX";
        if (mkdtemp(name.data()) == nullptr) std::abort();
        folder_ = name;
        process_ = fork();
        if (process_ == 0) {
            const int nowhere = open("/dev/null", O_WRONLY);
            dup2(nowhere, STDOUT_FILENO);
            dup2(nowhere, STDERR_FILENO);
            execlp("redis-server", "redis-server", "--port", "0", "--unixsocket",
                   socket_path().c_str(), "--dir", folder_.c_str(), "--save", "", "--appendonly",
                   "yes", "--appendfsync", "everysec", static_cast<char*>(nullptr));
            _exit(127);
        }
        for (int i = 0; i < 500 && !Client(socket_path()).is_connected(); ++i) {
            std::this_thread::sleep_for(10ms);
        }
    }
    ~Server() {
        kill(process_, SIGKILL);
        waitpid(process_, nullptr, 0);
        std::filesystem::remove_all(folder_);
    }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    [[nodiscard]] bool runs() const { return Client(socket_path()).is_connected(); }
    [[nodiscard]] std::string socket_path() const { return folder_ / "redis.sock"; }

private:
    std::filesystem::path folder_;
    pid_t process_ = -1;
};

/// False, and the benchmark is skipped, without a server.
bool is_usable(const Server& server, benchmark::State& state) {
    if (server.runs()) return true;
    state.SkipWithError("install redis-server");
    return false;
}

void set_time(benchmark::State& state, SteadyClock::time_point start) {
    state.SetIterationTime(std::chrono::duration<double>(SteadyClock::now() - start).count());
}

// --- The limit: the client alone ---

void add_bare_jobs(Client& client) {
    const char* const options =
        R"({"name":"","executor":"default","misfire_grace_time":null,"max_instances":1})";
    for (int first = 0; first < job_count; first += batch_size) {
        for (int i = first; i < first + batch_size; ++i) {
            client.append("HSET ids job-%d %015d", i, i);
            client.append(
                "HSET job:%015d id job-%d version 0 revision 0 executor default state 0 next %d "
                "due %d last 0 running 0",
                i, i, i, i);
            client.append(
                "HSET definition:%015d version 0 added_at 0 task punctual.redis_benchmark.count "
                "arguments [%d] trigger {\"type\":\"interval\",\"hours\":24} options %s",
                i, i, options);
            client.append("ZADD due %d %015d", i, i);
            client.append("ZADD jobs %d %015d", i, i);
        }
        client.read_answers();
    }
}

// Each pass settles the runs of the one before, and claims.
void fire_bare_jobs(Client& client, bool history) {
    for (int first = 0; first < job_count + batch_size; first += batch_size) {
        for (int i = first; i < first + batch_size; ++i) {
            const int settled = i - batch_size;
            if (settled >= 0) {
                client.append("HDEL runs %d", settled);
                client.append("HINCRBY job:%015d running -1", settled);
            }
            if (settled >= 0 && history) {
                client.append(
                    "ZADD history %d %d_1735689600000000_9_1735689600000000_1735689600000000_1_"
                    "1735689600000000_1735689600000000_succeeded_1_0_0_job-%d",
                    settled, settled, settled);
                client.append("ZADD history:job-%d %d %d", settled, settled, settled);
            }
            if (i >= job_count) continue;
            const int next = i + job_count;
            client.append("HSET job:%015d revision 1 state 0 next %d due %d last %d running 1", i,
                          next, next, i);
            client.append("ZADD due %d %015d", next, i);
            client.append("ZADD jobs %d %015d", next, i);
            client.append(
                "HSET runs %d 1_1735689600000000_%015d_1735689600000000_1735689600000000_0_owner"
                "_job-%d",
                i, i, i);
        }
        client.read_answers();
    }
}

void limit_add(benchmark::State& state) {
    for (auto _ : state) {
        const Server server;
        if (!is_usable(server, state)) return;
        Client client(server.socket_path());
        const auto start = SteadyClock::now();
        add_bare_jobs(client);
        set_time(state, start);
    }
    state.SetItemsProcessed(state.iterations() * job_count);
}
BENCHMARK(limit_add)->Name("limit/redis/add/100000")->UseManualTime();

void limit_fire(benchmark::State& state, bool history) {
    for (auto _ : state) {
        const Server server;
        if (!is_usable(server, state)) return;
        Client client(server.socket_path());
        add_bare_jobs(client);
        const auto start = SteadyClock::now();
        fire_bare_jobs(client, history);
        set_time(state, start);
    }
    state.SetItemsProcessed(state.iterations() * job_count);
}
BENCHMARK_CAPTURE(limit_fire, history, true)
    ->Name("limit/redis/fire/100000/history")
    ->UseManualTime();
BENCHMARK_CAPTURE(limit_fire, no_history, false)
    ->Name("limit/redis/fire/100000/no_history")
    ->UseManualTime();

// --- The scheduler ---

SchedulerOptions options_for(const Server& server, std::int64_t runs_per_job) {
    return {.stores = {{"default", store("redis+unix://" + server.socket_path())}},
            .executors = {{"default", thread_pool(2)}},
            .history = {.runs_per_job = runs_per_job}};
}

void add_jobs(Scheduler& scheduler, Instant due) {
    std::vector<JobRequest> requests;
    for (int i = 0; i < job_count; ++i) {
        requests.push_back({count_run(i),
                            interval(24h),
                            {.id = "job-" + std::to_string(i), .next_run_time = due}});
        if (requests.size() == batch_size) scheduler.add_jobs(std::exchange(requests, {}));
    }
}

void add(benchmark::State& state) {
    for (auto _ : state) {
        const Server server;
        if (!is_usable(server, state)) return;
        BackgroundScheduler scheduler(options_for(server, 0));
        scheduler.start();
        const auto start = SteadyClock::now();
        add_jobs(scheduler, system_clock()->now() + 24h);
        set_time(state, start);
        scheduler.shutdown();
    }
    state.SetItemsProcessed(state.iterations() * job_count);
}
BENCHMARK(add)->Name("redis/add/100000")->UseManualTime();

void fire(benchmark::State& state, std::int64_t runs_per_job) {
    for (auto _ : state) {
        const Server server;
        if (!is_usable(server, state)) return;
        BackgroundScheduler scheduler(options_for(server, runs_per_job));
        std::atomic<int> settled = 0;
        scheduler.on<JobExecuted>(
            [&](const JobExecuted&) { settled.fetch_add(1, std::memory_order_relaxed); });
        scheduler.start({.paused = true});
        add_jobs(scheduler, system_clock()->now());
        runs_counted = 0;
        const auto start = SteadyClock::now();
        scheduler.resume();
        while (settled.load(std::memory_order_relaxed) < job_count) {
            std::this_thread::sleep_for(1ms);
        }
        set_time(state, start);
        if (runs_counted != job_count) state.SkipWithError("a run was lost or doubled");
        scheduler.shutdown();
    }
    state.SetItemsProcessed(state.iterations() * job_count);
}
BENCHMARK_CAPTURE(fire, history, 1000)->Name("redis/fire/100000/history")->UseManualTime();
BENCHMARK_CAPTURE(fire, no_history, 0)->Name("redis/fire/100000/no_history")->UseManualTime();

}  // namespace
