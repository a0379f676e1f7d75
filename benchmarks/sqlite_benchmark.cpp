// What the SQLite store does in a second, beside what the bare client does with the same writes:
// 500 a transaction, the same pragmas, the same file system.

#include <punctual/stores/sqlite.hpp>
#include <punctual/triggers/interval.hpp>

#include <benchmark/benchmark.h>

#include <sqlite3.h>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

using namespace punctual;

namespace {

constexpr int batch_size = 500;
constexpr int jobs_fired = 100'000;

const Instant begin = parse_instant("2025-01-01T00:00:00Z");
const auto work = task("punctual.sqlite_benchmark.work", [](int) {});

class TemporaryFolder {
public:
    TemporaryFolder() {
        std::string name = std::filesystem::temp_directory_path() / "punctual-benchmark-XXXXXX";
        if (mkdtemp(name.data()) == nullptr) std::abort();
        path_ = name;
    }
    ~TemporaryFolder() { std::filesystem::remove_all(path_); }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    [[nodiscard]] std::string file() const { return path_ / "jobs.sqlite"; }

private:
    std::filesystem::path path_;
};

// --- Jobs in the store ---

std::shared_ptr<JobStore> open_store(const TemporaryFolder& folder, std::int64_t runs_per_job) {
    auto store = make_sqlite_store("sqlite:///" + folder.file());
    store->open(
        {.access = StoreAccess::schedule, .history = {.runs_per_job = runs_per_job}, .now = begin});
    return store;
}

void add_jobs(JobStore& store, int count) {
    const auto settings = std::make_shared<const JobSettings>();
    const Trigger trigger = interval(1h).resolve(begin, TimeZone::utc());
    std::vector<JobRecord> jobs;
    for (int i = 0; i < count; ++i) {
        JobRecord& job = jobs.emplace_back();
        job.definition =
            std::make_shared<const JobDefinition>(JobDefinition{.id = "job " + std::to_string(i),
                                                                .call = work(1),
                                                                .trigger = trigger,
                                                                .added_at = begin,
                                                                .settings = settings});
        job.next_run_time = job.due = begin + std::chrono::microseconds(i);
        job.last_run_time = begin;
        if (jobs.size() == batch_size || i + 1 == count) {
            if (!store.add(jobs).empty()) std::abort();
            jobs.clear();
        }
    }
}

void make_store_with_a_job(const TemporaryFolder& folder) {
    const auto store = open_store(folder, 0);
    add_jobs(*store, 1);
    store->close();
}

// --- The limit: the client alone ---

class BareStatement {
public:
    BareStatement(sqlite3* database, const char* sql) {
        if (sqlite3_prepare_v2(database, sql, -1, &statement_, nullptr) != SQLITE_OK) std::abort();
    }
    ~BareStatement() { sqlite3_finalize(statement_); }
    BareStatement(const BareStatement&) = delete;
    BareStatement& operator=(const BareStatement&) = delete;

    BareStatement& bind(int index, std::int64_t value) {
        sqlite3_bind_int64(statement_, index, value);
        return *this;
    }
    BareStatement& bind(int index, const std::string& text) {
        sqlite3_bind_text(statement_, index, text.data(), static_cast<int>(text.size()),
                          SQLITE_STATIC);
        return *this;
    }
    void run() {
        if (sqlite3_step(statement_) != SQLITE_DONE) std::abort();
        sqlite3_reset(statement_);
    }

private:
    sqlite3_stmt* statement_ = nullptr;
};

class BareDatabase {
public:
    explicit BareDatabase(const std::string& file) {
        if (sqlite3_open(file.c_str(), &handle_) != SQLITE_OK) std::abort();
        execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    }
    ~BareDatabase() { sqlite3_close(handle_); }
    BareDatabase(const BareDatabase&) = delete;
    BareDatabase& operator=(const BareDatabase&) = delete;

    /// Small ones, that do what the store's do.
    void make_tables() {
        execute(
            "CREATE TABLE jobs (generation INTEGER PRIMARY KEY, id TEXT UNIQUE, due INTEGER,"
            " running INTEGER, task TEXT, arguments TEXT, trigger TEXT, options TEXT);"
            "CREATE INDEX jobs_by_due ON jobs (due);"
            "CREATE TABLE runs (id INTEGER PRIMARY KEY, generation INTEGER, scheduled INTEGER,"
            " state INTEGER, started INTEGER, finished INTEGER)");
    }
    void execute(const char* sql) {
        if (sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) std::abort();
    }
    [[nodiscard]] sqlite3* handle() const { return handle_; }

private:
    sqlite3* handle_ = nullptr;
};

void insert_bare_jobs(BareDatabase& database, int count) {
    BareStatement insert(database.handle(), "INSERT INTO jobs VALUES (?, ?, ?, 0, ?, ?, ?, ?)");
    const std::string task_name = work.name();
    const std::string arguments = "[1]";
    const std::string trigger = R"({"type":"interval","hours":1,"timezone":"UTC"})";
    const std::string options =
        R"({"name":"","executor":"default","misfire_grace_time":null,"max_instances":1})";
    for (int first = 0; first < count; first += batch_size) {
        database.execute("BEGIN IMMEDIATE");
        for (int i = first; i < first + batch_size; ++i) {
            const std::string id = "job " + std::to_string(i);
            insert.bind(1, i + 1).bind(2, id).bind(3, i).bind(4, task_name);
            insert.bind(5, arguments).bind(6, trigger).bind(7, options).run();
        }
        database.execute("COMMIT");
    }
}

// Each pass settles the runs of the pass before last, starts those of the last, and claims.
template <class Settle, class Start, class Claim>
void pass_over_jobs(BareDatabase& database, Settle settle, Start start, Claim claim) {
    for (int first = 0; first < jobs_fired + 2 * batch_size; first += batch_size) {
        database.execute("BEGIN IMMEDIATE");
        for (int i = first; i < first + batch_size; ++i) {
            if (i >= 2 * batch_size) settle(i - 2 * batch_size + 1);
            if (i >= batch_size && i < jobs_fired + batch_size) start(i - batch_size + 1);
            if (i < jobs_fired) claim(i + 1);
        }
        database.execute("COMMIT");
    }
}

void fire_bare_jobs(BareDatabase& database, bool history) {
    BareStatement advance(database.handle(),
                          "UPDATE jobs SET due = ?, running = running + 1 WHERE generation = ?");
    BareStatement insert(database.handle(), "INSERT INTO runs VALUES (?1, ?1, ?2, 0, NULL, NULL)");
    BareStatement mark(database.handle(), "UPDATE runs SET state = 1, started = ? WHERE id = ?");
    BareStatement finish(database.handle(),
                         history ? "UPDATE runs SET state = 2, finished = 1 WHERE id = ?"
                                 : "DELETE FROM runs WHERE id = ?");
    BareStatement release(database.handle(),
                          "UPDATE jobs SET running = running - 1 WHERE generation = ?");
    pass_over_jobs(
        database,
        [&](int id) {
            finish.bind(1, id).run();
            release.bind(1, id).run();
        },
        [&](int id) { mark.bind(1, id).bind(2, id).run(); },
        [&](int id) {
            advance.bind(1, id + jobs_fired).bind(2, id).run();
            insert.bind(1, id).bind(2, id).run();
        });
}

// The rows that the store writes, into a file that the store made; the columns that do not differ
// are those of its first job.
void insert_rows_of_store(BareDatabase& database, int count) {
    BareStatement insert(database.handle(),
                         "INSERT INTO jobs VALUES (?1, ?2, 0, 'default', 0, ?3, ?3, ?3, 0, 0)");
    BareStatement define(database.handle(), "INSERT INTO definitions VALUES (?, ?, ?, ?, ?, ?)");
    BareStatement counters(database.handle(), "UPDATE store SET next_generation = ?");
    std::vector<std::string> columns;
    sqlite3_exec(
        database.handle(), "SELECT task, arguments, trigger, options FROM definitions",
        [](void* texts, int width, char** values, char**) {
            static_cast<std::vector<std::string>*>(texts)->assign(values, values + width);
            return 0;
        },
        &columns, nullptr);
    const std::int64_t added_at = begin.time_since_epoch().count();
    for (int first = 0; first < count; first += batch_size) {
        database.execute("BEGIN IMMEDIATE");
        for (int i = first; i < first + batch_size; ++i) {
            const std::string id = "job-" + std::to_string(i);
            insert.bind(1, i + 2).bind(2, id).bind(3, added_at + i).run();
            define.bind(1, i + 2).bind(2, added_at).bind(3, columns.at(0)).bind(4, columns.at(1));
            define.bind(5, columns.at(2)).bind(6, columns.at(3)).run();
        }
        counters.bind(1, first + batch_size + 2).run();
        database.execute("COMMIT");
    }
}

void limit_add(benchmark::State& state) {
    for ([[maybe_unused]] auto iteration : state) {
        state.PauseTiming();
        const TemporaryFolder folder;
        make_store_with_a_job(folder);
        BareDatabase database(folder.file());
        state.ResumeTiming();
        insert_rows_of_store(database, jobs_fired);
    }
    state.SetItemsProcessed(state.iterations() * jobs_fired);
}

void limit_fire(benchmark::State& state, bool history) {
    for ([[maybe_unused]] auto iteration : state) {
        state.PauseTiming();
        const TemporaryFolder folder;
        BareDatabase database(folder.file());
        database.make_tables();
        insert_bare_jobs(database, jobs_fired);
        state.ResumeTiming();
        fire_bare_jobs(database, history);
    }
    state.SetItemsProcessed(state.iterations() * jobs_fired);
}

// --- The store, driven directly ---

class Hourly final : public Decider {
public:
    void decide(const JobRecord& job, Decision& decision) override {
        decision.runs.push_back({job.next_run_time, job.due});
        decision.last_run_time = job.next_run_time;
        decision.next_run_time = decision.due = job.next_run_time + 1h;
        decision.state = JobState::active;
    }
};

std::size_t fire_jobs(JobStore& store) {
    Hourly decider;
    const ClaimRequest request{"default", batch_size};
    StoreResult result;
    std::vector<ClaimedRun> claimed;
    std::vector<ClaimedRun> started;
    std::vector<Settlement> settlements;
    std::size_t settled = 0;
    do {
        settlements.clear();
        for (ClaimedRun& run : started) {
            settlements.push_back(
                {.run = std::move(run), .started = begin + 1s, .finished = begin + 2s});
        }
        store.process({.now = begin + 10s,
                       .settlements = settlements,
                       .starts = claimed,
                       .claims = std::span(&request, 1),
                       .decider = &decider},
                      result);
        settled += settlements.size();
        started.swap(claimed);
        claimed.swap(result.claimed);
    } while (!started.empty() || !claimed.empty());
    return settled;
}

void store_add(benchmark::State& state) {
    for ([[maybe_unused]] auto iteration : state) {
        state.PauseTiming();
        const TemporaryFolder folder;
        const auto store = open_store(folder, 1000);
        state.ResumeTiming();
        add_jobs(*store, jobs_fired);
        state.PauseTiming();
        store->close();
        state.ResumeTiming();
    }
    state.SetItemsProcessed(state.iterations() * jobs_fired);
}

void store_fire(benchmark::State& state, std::int64_t runs_per_job) {
    for ([[maybe_unused]] auto iteration : state) {
        state.PauseTiming();
        const TemporaryFolder folder;
        const auto store = open_store(folder, runs_per_job);
        add_jobs(*store, jobs_fired);
        state.ResumeTiming();
        if (fire_jobs(*store) != jobs_fired) state.SkipWithError("not every job was fired");
        state.PauseTiming();
        store->close();
        state.ResumeTiming();
    }
    state.SetItemsProcessed(state.iterations() * jobs_fired);
}

BENCHMARK(limit_add)->Name("limit/sqlite/add")->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK(store_add)->Name("store/sqlite/add")->UseRealTime()->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(limit_fire, history, true)
    ->Name("limit/sqlite/fire/100000/history")
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(store_fire, history, 1000)
    ->Name("store/sqlite/fire/100000/history")
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(limit_fire, no_history, false)
    ->Name("limit/sqlite/fire/100000/no_history")
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(store_fire, no_history, 0)
    ->Name("store/sqlite/fire/100000/no_history")
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace
