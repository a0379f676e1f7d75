// Jobs on a PostgreSQL server through the whole scheduler: added, and fired, which is claimed,
// started and settled there; beside what bare libpq does with the same writes, 500 a transaction,
// as arrays, on tables with the fewest indexes. Run it by script/test-servers.

#include <benchmark/benchmark.h>
#include <libpq-fe.h>
#include <punctual/punctual.hpp>

#include <atomic>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

using namespace punctual;

namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr int jobs_added = 100'000;
constexpr int batch_size = 500;

std::atomic<int> runs_counted = 0;
const auto count_run = task("punctual.postgresql_benchmark.count",
                            [](int) { runs_counted.fetch_add(1, std::memory_order_relaxed); });

const char* server_url() {
    return std::getenv("PUNCTUAL_TEST_POSTGRESQL_URL");
}

// --- The limit: the client alone ---

class BareClient {
public:
    BareClient() : handle_(PQconnectdb(server_url())) {
        run("SET client_min_messages = error; SET enable_seqscan = off; SET jit = off;"
            "SET plan_cache_mode = force_generic_plan");
        run("DROP SCHEMA IF EXISTS benchmark CASCADE; CREATE SCHEMA benchmark;"
            "SET search_path = benchmark;"
            "CREATE TABLE jobs (generation bigint PRIMARY KEY, id text UNIQUE, due bigint,"
            " running int, task text, arguments text, trigger text, options text)"
            " WITH (fillfactor = 70);"
            "CREATE INDEX ON jobs (due);"
            "CREATE TABLE runs (id bigint PRIMARY KEY, generation bigint, scheduled bigint,"
            " started bigint);"
            "CREATE TABLE history (id bigint PRIMARY KEY, generation bigint, scheduled bigint,"
            " started bigint, finished bigint, outcome text)");
    }
    ~BareClient() {
        run("DROP SCHEMA benchmark CASCADE");
        PQfinish(handle_);
    }
    BareClient(const BareClient&) = delete;
    BareClient& operator=(const BareClient&) = delete;

    void run(const char* sql) { check(PQexec(handle_, sql)); }
    void prepare(const char* name, const char* sql) {
        check(PQprepare(handle_, name, sql, 0, nullptr));
    }
    void run_prepared(const char* name, const std::vector<std::string>& parameters) {
        std::vector<const char*> values;
        for (const std::string& parameter : parameters) values.push_back(parameter.c_str());
        check(PQexecPrepared(handle_, name, static_cast<int>(values.size()), values.data(), nullptr,
                             nullptr, 1));
    }

private:
    static void check(PGresult* result) {
        const ExecStatusType status = PQresultStatus(result);
        if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
            std::fputs(PQresultErrorMessage(result), stderr);
            std::abort();
        }
        PQclear(result);
    }

    PGconn* handle_;
};

std::string array_of(int first, const std::string& prefix = {}) {
    std::string array = "{";
    for (int i = first; i < first + batch_size; ++i) {
        if (i > first) array += ',';
        array += prefix;
        array += std::to_string(i);
    }
    return array + "}";
}

void insert_bare_jobs(BareClient& client) {
    client.prepare("add",
                   "INSERT INTO jobs SELECT i, t, i, 0, 'work', '[1]', "
                   "'{\"type\":\"interval\",\"hours\":1,\"timezone\":\"UTC\"}', "
                   "'{\"name\":\"\",\"executor\":\"default\",\"misfire_grace_time\":null}' "
                   "FROM unnest($1::bigint[], $2::text[]) AS given(i, t)");
    for (int first = 0; first < jobs_added; first += batch_size) {
        client.run("BEGIN");
        client.run_prepared("add", {array_of(first), array_of(first, "job-")});
        client.run("COMMIT");
    }
}

void fire_bare_jobs(BareClient& client, bool history) {
    client.prepare("due",
                   "SELECT generation, due, running FROM jobs WHERE due <= $1::bigint "
                   "ORDER BY due LIMIT 500 FOR UPDATE SKIP LOCKED");
    client.prepare("advance",
                   "UPDATE jobs SET due = due + 1000000, running = running + 1 "
                   "FROM unnest($1::bigint[]) AS given(i) WHERE generation = i");
    client.prepare("claim",
                   "INSERT INTO runs SELECT i, i, i, i FROM unnest($1::bigint[]) AS "
                   "given(i)");
    client.prepare("settle",
                   "DELETE FROM runs USING unnest($1::bigint[]) AS given(i) "
                   "WHERE id = i");
    client.prepare("record",
                   "INSERT INTO history SELECT i, i, i, i, i, 'succeeded' FROM "
                   "unnest($1::bigint[]) AS given(i)");
    client.prepare("release",
                   "UPDATE jobs SET running = running - 1 "
                   "FROM unnest($1::bigint[]) AS given(i) WHERE generation = i");
    for (int first = 0; first < jobs_added + batch_size; first += batch_size) {
        client.run("BEGIN");
        if (first >= batch_size) {
            const std::string settled = array_of(first - batch_size);
            client.run_prepared("settle", {settled});
            if (history) client.run_prepared("record", {settled});
            client.run_prepared("release", {settled});
        }
        if (first < jobs_added) {
            const std::string claimed = array_of(first);
            client.run_prepared("due", {std::to_string(jobs_added)});
            client.run_prepared("advance", {claimed});
            client.run_prepared("claim", {claimed});
        }
        client.run("COMMIT");
    }
}

void set_time(benchmark::State& state, SteadyClock::time_point start) {
    state.SetIterationTime(std::chrono::duration<double>(SteadyClock::now() - start).count());
}

void limit_add(benchmark::State& state) {
    for ([[maybe_unused]] auto iteration : state) {
        BareClient client;
        const auto start = SteadyClock::now();
        insert_bare_jobs(client);
        set_time(state, start);
    }
    state.SetItemsProcessed(state.iterations() * jobs_added);
}

void limit_fire(benchmark::State& state, bool history) {
    for ([[maybe_unused]] auto iteration : state) {
        BareClient client;
        insert_bare_jobs(client);
        const auto start = SteadyClock::now();
        fire_bare_jobs(client, history);
        set_time(state, start);
    }
    state.SetItemsProcessed(state.iterations() * jobs_added);
}

// --- The whole scheduler ---

SchedulerOptions options_for(std::int64_t runs_per_job) {
    return {.stores = {{"default", store(std::string(server_url()) + "&schema=benchmark")}},
            .executors = {{"default", thread_pool(2)}},
            .history = {.runs_per_job = runs_per_job}};
}

void add_jobs(Scheduler& scheduler, Instant due) {
    std::vector<JobRequest> requests;
    for (int i = 0; i < jobs_added; ++i) {
        requests.push_back({count_run(i),
                            interval(24h),
                            {.id = "job-" + std::to_string(i), .next_run_time = due}});
        if (requests.size() == batch_size) scheduler.add_jobs(std::exchange(requests, {}));
    }
}

void add(benchmark::State& state) {
    for ([[maybe_unused]] auto iteration : state) {
        const BareClient emptied;
        BackgroundScheduler scheduler(options_for(0));
        scheduler.start();
        const auto start = SteadyClock::now();
        add_jobs(scheduler, system_clock()->now() + 24h);
        set_time(state, start);
        scheduler.shutdown();
    }
    state.SetItemsProcessed(state.iterations() * jobs_added);
}

void fire(benchmark::State& state, std::int64_t runs_per_job) {
    for ([[maybe_unused]] auto iteration : state) {
        const BareClient emptied;
        BackgroundScheduler scheduler(options_for(runs_per_job));
        std::atomic<int> settled = 0;
        scheduler.on<JobExecuted>(
            [&](const JobExecuted&) { settled.fetch_add(1, std::memory_order_relaxed); });
        scheduler.start({.paused = true});
        add_jobs(scheduler, system_clock()->now());
        runs_counted = 0;
        const auto start = SteadyClock::now();
        scheduler.resume();
        while (settled.load(std::memory_order_relaxed) < jobs_added) {
            std::this_thread::sleep_for(1ms);
        }
        set_time(state, start);
        if (runs_counted != jobs_added) state.SkipWithError("a run was lost or doubled");
        scheduler.shutdown();
    }
    state.SetItemsProcessed(state.iterations() * jobs_added);
}

// Without a server there is nothing to measure.
const bool is_registered = [] {
    if (server_url() == nullptr) return false;
    benchmark::RegisterBenchmark("limit/postgresql/add", limit_add)->UseManualTime();
    benchmark::RegisterBenchmark("postgresql/add", add)->UseManualTime();
    for (const bool history : {true, false}) {
        const std::string fired =
            std::string("postgresql/fire/100000/") + (history ? "history" : "no_history");
        benchmark::RegisterBenchmark(("limit/" + fired).c_str(), limit_fire, history)
            ->UseManualTime();
        benchmark::RegisterBenchmark(fired.c_str(), fire, history ? 1000 : 0)->UseManualTime();
    }
    return true;
}();

}  // namespace
