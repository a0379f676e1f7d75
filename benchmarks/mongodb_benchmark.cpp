// Jobs on a MongoDB server through the whole scheduler: added, and fired, which is claimed, started
// and settled; beside what the bare client does with the same writes, 500 jobs in one bulk write.
// The server is the one whose URL PUNCTUAL_TEST_MONGODB_URL has: run it by script/test-servers.

#include <benchmark/benchmark.h>
#include <punctual/punctual.hpp>

#include <mongoc/mongoc.h>
#include <atomic>
#include <cstdlib>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

using namespace punctual;

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr int job_count = 100'000;
constexpr int batch_size = 500;
constexpr const char* prefix = "punctual-benchmark";

std::atomic<int> runs_counted = 0;
const auto count_run = task("punctual.mongodb_benchmark.count",
                            [](int) { runs_counted.fetch_add(1, std::memory_order_relaxed); });

/// The bare client, on collections that are empty when it is made and gone with it.
class Client {
public:
    Client() : url_(std::getenv("PUNCTUAL_TEST_MONGODB_URL")) {
        mongoc_init();
        client_ = mongoc_client_new(url_);
        mongoc_write_concern_t* concern = mongoc_write_concern_new();
        mongoc_write_concern_set_w(concern, MONGOC_WRITE_CONCERN_W_MAJORITY);
        mongoc_write_concern_set_journal(concern, true);
        mongoc_client_set_write_concern(client_, concern);
        mongoc_write_concern_destroy(concern);
        drop_all();
    }
    ~Client() {
        drop_all();
        mongoc_client_destroy(client_);
    }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    [[nodiscard]] static bool is_there() {
        return std::getenv("PUNCTUAL_TEST_MONGODB_URL") != nullptr;
    }
    /// False for a server that stands in for MongoDB's in tests: it searches without indexes.
    [[nodiscard]] bool is_real() const {
        bson_t* command = BCON_NEW("buildInfo", BCON_INT32(1));
        bson_t answer;
        mongoc_client_command_simple(client_, "admin", command, nullptr, &answer, nullptr);
        const bool is_real = bson_has_field(&answer, "storageEngines");
        bson_destroy(&answer);
        bson_destroy(command);
        return is_real;
    }
    [[nodiscard]] std::string store_url() const {
        const std::string url = url_;
        return url + (url.find('?') == std::string::npos ? "?" : "&") + "prefix=" + prefix;
    }
    [[nodiscard]] mongoc_collection_t* collection(const char* name) const {
        return mongoc_client_get_collection(client_, "punctual",
                                            (std::string(prefix) + "." + name).c_str());
    }

private:
    void drop_all() {
        for (const char* name : {"store", "jobs", "history", "journal"}) {
            mongoc_collection_t* dropped = collection(name);
            mongoc_collection_drop(dropped, nullptr);
            mongoc_collection_destroy(dropped);
        }
    }

    const char* url_;
    mongoc_client_t* client_;
};

/// Many writes to a collection in one round trip.
class Bulk {
public:
    Bulk(const Client& client, const char* name) : collection_(client.collection(name)) {
        bson_t* options = BCON_NEW("ordered", BCON_BOOL(false));
        bulk_ = mongoc_collection_create_bulk_operation_with_opts(collection_, options);
        bson_destroy(options);
    }
    ~Bulk() {
        mongoc_bulk_operation_destroy(bulk_);
        mongoc_collection_destroy(collection_);
    }
    Bulk(const Bulk&) = delete;
    Bulk& operator=(const Bulk&) = delete;

    void insert(bson_t* document) {
        mongoc_bulk_operation_insert(bulk_, document);
        bson_destroy(document);
    }
    void update(bson_t* filter, bson_t* change) {
        mongoc_bulk_operation_update_one(bulk_, filter, change, false);
        bson_destroy(filter);
        bson_destroy(change);
    }
    void execute() {
        if (mongoc_bulk_operation_execute(bulk_, nullptr, nullptr) == 0) std::abort();
    }

private:
    mongoc_collection_t* collection_;
    mongoc_bulk_operation_t* bulk_;
};

/// False, and the benchmark is skipped, without a server.
bool is_usable(benchmark::State& state) {
    if (Client::is_there() && Client().is_real()) return true;
    state.SkipWithError("install mongod, and run script/test-servers");
    return false;
}

void set_time(benchmark::State& state, SteadyClock::time_point start) {
    state.SetIterationTime(std::chrono::duration<double>(SteadyClock::now() - start).count());
}

// --- The limit: the client alone ---

void make_index(const Client& client, const char* collection, bson_t* key, bool is_unique = false) {
    mongoc_collection_t* jobs = client.collection(collection);
    char* name = mongoc_collection_keys_to_index_string(key);
    bson_t* command = BCON_NEW("createIndexes", BCON_UTF8(mongoc_collection_get_name(jobs)),
                               "indexes", "[", "{", "key", BCON_DOCUMENT(key), "name",
                               BCON_UTF8(name), "unique", BCON_BOOL(is_unique), "}", "]");
    mongoc_collection_write_command_with_opts(jobs, command, nullptr, nullptr, nullptr);
    bson_destroy(command);
    bson_free(name);
    bson_destroy(key);
    mongoc_collection_destroy(jobs);
}

void make_indexes(const Client& client) {
    make_index(client, "jobs", BCON_NEW("id", BCON_INT32(1), "removed", BCON_INT32(1)), true);
    make_index(client, "jobs", BCON_NEW("executor", BCON_INT32(1), "due", BCON_INT32(1)));
    make_index(client, "jobs", BCON_NEW("removed", BCON_INT32(1), "next_run_time", BCON_INT32(1)));
    make_index(client, "history", BCON_NEW("job", BCON_INT32(1), "_id", BCON_INT32(-1)));
    make_index(client, "history", BCON_NEW("finished", BCON_INT32(1)));
}

void add_bare_jobs(const Client& client) {
    const char* const settings =
        R"({"name":"","executor":"default","misfire_grace_time":null,"max_instances":1})";
    for (int first = 0; first < job_count; first += batch_size) {
        Bulk jobs(client, "jobs");
        for (int i = first; i < first + batch_size; ++i) {
            const std::string id = "job-" + std::to_string(i);
            jobs.insert(BCON_NEW(
                "_id", BCON_INT64(i), "id", BCON_UTF8(id.c_str()), "revision", BCON_INT64(0),
                "removed", BCON_INT64(0), "state", BCON_INT64(0), "next_run_time", BCON_INT64(i),
                "due", BCON_INT64(i), "last_run_time", BCON_INT64(0), "running", BCON_INT64(0),
                "runs", "[", "]", "executor", "default", "version", BCON_INT64(0), "definition",
                "{", "task", "punctual.mongodb_benchmark.count", "arguments", BCON_UTF8("[12345]"),
                "trigger", BCON_UTF8(R"({"type":"interval","hours":24})"), "options",
                BCON_UTF8(settings), "added_at", BCON_INT64(0), "}"));
        }
        jobs.execute();
    }
}

bson_t* change_of_job(int i, int revision, bool is_claimed) {
    const std::int64_t next = i + job_count;
    bson_t* change =
        BCON_NEW("$set", "{", "revision", BCON_INT64(revision), "state", BCON_INT64(0),
                 "next_run_time", BCON_INT64(next), "due", BCON_INT64(next), "last_run_time",
                 BCON_INT64(i), "running", BCON_INT64(is_claimed ? 1 : 0), "runs", "[", "]", "}");
    if (!is_claimed) return change;
    bson_destroy(change);
    return BCON_NEW("$set", "{", "revision", BCON_INT64(revision), "state", BCON_INT64(0),
                    "next_run_time", BCON_INT64(next), "due", BCON_INT64(next), "last_run_time",
                    BCON_INT64(i), "running", BCON_INT64(1), "runs", "[", "{", "id", BCON_INT64(i),
                    "group", BCON_INT64(i), "attempt", BCON_INT64(1), "scheduled", BCON_INT64(i),
                    "due", BCON_INT64(i), "started", BCON_BOOL(true), "}", "]", "}");
}

// Each pass settles the runs of the one before, and claims.
void fire_bare_jobs(const Client& client, bool history) {
    for (int first = 0; first < job_count + batch_size; first += batch_size) {
        Bulk records(client, "history");
        Bulk jobs(client, "jobs");
        for (int i = first; i < first + batch_size; ++i) {
            if (i < job_count) {
                jobs.update(BCON_NEW("_id", BCON_INT64(i), "revision", BCON_INT64(0)),
                            change_of_job(i, 1, true));
            }
            const int settled = i - batch_size;
            if (settled < 0) continue;
            jobs.update(BCON_NEW("_id", BCON_INT64(settled), "revision", BCON_INT64(1)),
                        change_of_job(settled, 2, false));
            const std::string id = "job-" + std::to_string(settled);
            if (!history) continue;
            records.insert(BCON_NEW("_id", BCON_INT64(settled), "job", BCON_UTF8(id.c_str()),
                                    "state", "succeeded", "scheduled", BCON_INT64(settled), "until",
                                    BCON_INT64(settled), "count", BCON_INT64(1), "due",
                                    BCON_INT64(settled), "attempt", BCON_INT64(1), "started",
                                    BCON_INT64(settled), "finished", BCON_INT64(settled)));
        }
        if (history && first > 0) records.execute();
        jobs.execute();
    }
}

void limit_add(benchmark::State& state) {
    if (!is_usable(state)) return;
    for (auto _ : state) {
        const Client client;
        make_indexes(client);
        const auto start = SteadyClock::now();
        add_bare_jobs(client);
        set_time(state, start);
    }
    state.SetItemsProcessed(state.iterations() * job_count);
}
BENCHMARK(limit_add)->Name("limit/mongodb/add/100000")->UseManualTime();

void limit_fire(benchmark::State& state, bool history) {
    if (!is_usable(state)) return;
    for (auto _ : state) {
        const Client client;
        make_indexes(client);
        add_bare_jobs(client);
        const auto start = SteadyClock::now();
        fire_bare_jobs(client, history);
        set_time(state, start);
    }
    state.SetItemsProcessed(state.iterations() * job_count);
}
BENCHMARK_CAPTURE(limit_fire, history, true)
    ->Name("limit/mongodb/fire/100000/history")
    ->UseManualTime();
BENCHMARK_CAPTURE(limit_fire, no_history, false)
    ->Name("limit/mongodb/fire/100000/no_history")
    ->UseManualTime();

// --- The scheduler ---

SchedulerOptions options_for(const Client& client, std::int64_t runs_per_job) {
    return {.stores = {{"default", store(client.store_url())}},
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
    if (!is_usable(state)) return;
    for (auto _ : state) {
        const Client client;
        BackgroundScheduler scheduler(options_for(client, 0));
        scheduler.start();
        const auto start = SteadyClock::now();
        add_jobs(scheduler, system_clock()->now() + 24h);
        set_time(state, start);
        scheduler.shutdown();
    }
    state.SetItemsProcessed(state.iterations() * job_count);
}
BENCHMARK(add)->Name("mongodb/add/100000")->UseManualTime();

void fire(benchmark::State& state, std::int64_t runs_per_job) {
    if (!is_usable(state)) return;
    for (auto _ : state) {
        const Client client;
        BackgroundScheduler scheduler(options_for(client, runs_per_job));
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
BENCHMARK_CAPTURE(fire, history, 1000)->Name("mongodb/fire/100000/history")->UseManualTime();
BENCHMARK_CAPTURE(fire, no_history, 0)->Name("mongodb/fire/100000/no_history")->UseManualTime();

}  // namespace
