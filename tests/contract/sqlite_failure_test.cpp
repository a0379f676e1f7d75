// What is particular to SQLite files: those that are damaged, foreign, newer, locked or in use,
// disks that fail, and processes that are killed.

#include <punctual/stores/sqlite.hpp>
#include <punctual/testing/store_contract/fixture.hpp>

#include <gmock/gmock.h>

#include <sqlite3.h>
#include <sys/wait.h>
#include <unistd.h>
#include <atomic>
#include <csignal>
#include <fstream>
#include <iterator>
#include <map>
#include <random>
#include <set>

#include "contract/failing_vfs.hpp"
#include "contract/temporary_folder.hpp"

namespace punctual::contract {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::string read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void write_file(const std::string& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
}

/// Another program at the same file.
class OtherProgram {
public:
    explicit OtherProgram(const std::string& path) {
        EXPECT_EQ(sqlite3_open(path.c_str(), &handle_), SQLITE_OK);
    }
    ~OtherProgram() { sqlite3_close(handle_); }
    OtherProgram(const OtherProgram&) = delete;
    OtherProgram& operator=(const OtherProgram&) = delete;

    void execute(const char* sql) {
        EXPECT_EQ(sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr), SQLITE_OK)
            << sql << ": " << sqlite3_errmsg(handle_);
    }

private:
    sqlite3* handle_ = nullptr;
};

std::string message_of(JobStore& store, StoreAccess access) {
    try {
        store.open({.access = access, .history = {}, .now = begin});
    } catch (const StoreUnavailableError& error) {
        return "unavailable: " + std::string(error.what());
    } catch (const StoreError& error) {
        return error.what();
    }
    return "it opened";
}

class SqliteFailures : public ::testing::Test {
protected:
    [[nodiscard]] std::shared_ptr<JobStore> connect(const std::string& options = {}) const {
        return make_sqlite_store("sqlite:///" + path + options);
    }
    [[nodiscard]] std::shared_ptr<JobStore> open(const std::string& options = {}) const {
        auto store = connect(options);
        store->open({.access = StoreAccess::schedule, .history = {}, .now = begin});
        return store;
    }
    [[nodiscard]] std::string refusal(StoreAccess access = StoreAccess::schedule) const {
        return message_of(*connect(), access);
    }
    /// A file of `count` jobs, closed.
    void make_file(int count) const {
        const auto store = open("?synchronous=normal");
        std::vector<JobRecord> jobs;
        for (int i = 0; i < count; ++i) {
            jobs.push_back(make_job("job " + std::to_string(i), begin + i * 1s));
        }
        EXPECT_TRUE(store->add(jobs).empty());
        store->close();
    }

    TemporaryFolder folder;
    std::string path = folder.file("jobs.sqlite");
};

TEST_F(SqliteFailures, AFileThatIsNoDatabaseIsRefusedAndLeftAsItIs) {
    const std::string text(10'000, 'x');
    write_file(path, text);
    EXPECT_THAT(refusal(), AllOf(HasSubstr(path), HasSubstr("is damaged")));
    EXPECT_EQ(read_file(path), text);
}

TEST_F(SqliteFailures, ATruncatedFileIsRefusedAndLeftAsItIs) {
    make_file(1000);
    const std::string half = read_file(path).substr(0, 40'000);
    write_file(path, half);
    EXPECT_THAT(refusal(), HasSubstr("is damaged"));
    EXPECT_EQ(read_file(path), half);
}

TEST_F(SqliteFailures, APageOfGarbageIsReportedAndNotWrittenOver) {
    make_file(1000);
    std::string bytes = read_file(path);
    for (std::size_t i = 4096; i < bytes.size(); ++i) bytes[i] = '\x5a';
    write_file(path, bytes);
    try {
        const auto store = open();
        static_cast<void>(store->list({}, 1000));
        FAIL() << "garbage was read as jobs";
    } catch (const StoreUnavailableError& error) {
        FAIL() << "a retry will not help: " << error.what();
    } catch (const StoreError& error) {
        EXPECT_THAT(error.what(), HasSubstr("is damaged"));
    }
    EXPECT_EQ(read_file(path).substr(4096), bytes.substr(4096));
}

TEST_F(SqliteFailures, ADatabaseOfAnotherProgramIsRefusedAndLeftAsItIs) {
    OtherProgram(path).execute("CREATE TABLE customers (name TEXT)");
    const std::string before = read_file(path);
    EXPECT_THAT(refusal(), AllOf(HasSubstr("another program"), HasSubstr("\"customers\"")));
    EXPECT_THAT(refusal(StoreAccess::inspect), HasSubstr("another program"));
    EXPECT_EQ(read_file(path), before);
}

TEST_F(SqliteFailures, ANewerSchemaIsRefusedAndLeftAsItIs) {
    make_file(1);
    OtherProgram(path).execute("PRAGMA user_version = 99");
    const std::string before = read_file(path);
    EXPECT_THAT(refusal(), AllOf(HasSubstr("newer version"), HasSubstr("99")));
    EXPECT_EQ(read_file(path), before);
}

TEST_F(SqliteFailures, AnEmptyFileBecomesAStore) {
    write_file(path, "");
    EXPECT_EQ(refusal(), "it opened");
}

TEST_F(SqliteFailures, ASecondSchedulerIsRefusedUntilTheFirstCloses) {
    const auto first = open();
    EXPECT_THAT(refusal(), HasSubstr("is in use by another scheduler (process " +
                                     std::to_string(getpid()) + ")"));
    first->close();
    EXPECT_EQ(refusal(), "it opened");
}

TEST_F(SqliteFailures, AFolderThatIsNotThereIsNamed) {
    const auto store = make_sqlite_store("sqlite:///" + folder.file("missing/jobs.sqlite"));
    EXPECT_THAT(message_of(*store, StoreAccess::schedule),
                AllOf(HasSubstr("missing/jobs.sqlite"), HasSubstr("No such file or directory")));
}

TEST_F(SqliteFailures, AFolderThatCannotBeWrittenIsRefusedToASchedulerButCanBeInspected) {
    if (geteuid() == 0) GTEST_SKIP() << "root may write everywhere";
    make_file(3);
    std::filesystem::remove(path + "-lock");
    std::filesystem::permissions(path, std::filesystem::perms::owner_read);
    std::filesystem::permissions(
        folder.path(), std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
    EXPECT_THAT(refusal(), HasSubstr("Permission denied"));
    EXPECT_EQ(refusal(StoreAccess::inspect), "it opened");
    std::filesystem::permissions(folder.path(), std::filesystem::perms::owner_all);
}

TEST_F(SqliteFailures, InspectingMakesNothing) {
    EXPECT_THAT(refusal(StoreAccess::inspect), HasSubstr("there is no store"));
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST_F(SqliteFailures, InspectingLeavesTheFolderAsItWas) {
    make_file(3);
    const auto list_folder = [this] {
        std::set<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
            names.insert(entry.path().filename());
        }
        return names;
    };
    const std::set<std::string> before = list_folder();
    const std::string bytes = read_file(path);
    const auto inspector = connect();
    inspector->open({.access = StoreAccess::inspect, .history = {}, .now = begin});
    EXPECT_EQ(inspector->list({}, 10).jobs.size(), 3u);
    inspector->close();
    EXPECT_EQ(list_folder(), before);
    EXPECT_EQ(read_file(path), bytes);
}

TEST_F(SqliteFailures, InspectingWorksBesideASchedulerAndChangesNothing) {
    make_file(3);
    const auto scheduler = open();
    const auto inspector = connect();
    inspector->open({.access = StoreAccess::inspect, .history = {}, .now = begin});
    EXPECT_EQ(inspector->list({}, 10).jobs.size(), 3u);
    const JobRecord job = make_job("new", begin);
    EXPECT_THROW(inspector->add(std::span(&job, 1)), StoreError);
    EXPECT_TRUE(scheduler->add(std::span(&job, 1)).empty());
    EXPECT_TRUE(inspector->find("new"));
}

TEST_F(SqliteFailures, ADatabaseLockedByAnotherProgramIsUnavailableUntilItLetsGo) {
    const auto store = open("?busy_timeout=0s");
    const JobRecord job = make_job("a", begin);
    OtherProgram other(path);
    other.execute("BEGIN IMMEDIATE");
    EXPECT_THROW(store->add(std::span(&job, 1)), StoreUnavailableError);
    EXPECT_FALSE(store->find("a"));
    other.execute("ROLLBACK");
    EXPECT_TRUE(store->add(std::span(&job, 1)).empty());
}

TEST_F(SqliteFailures, WhatANewerVersionAddedToTheOptionsSurvivesAChange) {
    make_file(1);
    OtherProgram(path).execute(
        "UPDATE definitions SET options = json_set(options, '$.colour', 'blue')");
    const auto store = open();
    EditBy editor([](std::size_t, const JobRecord*) {
        JobSettings settings;
        settings.max_instances = 7;
        return JobEdit{.action = JobEdit::Action::put,
                       .record = make_job("job 0", begin, {}, settings)};
    });
    const std::string id = "job 0";
    store->edit(std::span(&id, 1), editor);
    EXPECT_EQ(store->find("job 0")->definition->settings->max_instances, 7);
    store->close();
    EXPECT_THAT(read_file(path), HasSubstr("\"colour\":\"blue\""));
}

TEST_F(SqliteFailures, WhatCannotBeReadIsAFaultAndIsKept) {
    make_file(4);
    OtherProgram other(path);
    other.execute("UPDATE definitions SET task = 'nowhere' WHERE generation = 1");
    other.execute("UPDATE definitions SET trigger = '{\"type\":\"tidal\"}' WHERE generation = 2");
    other.execute(
        "UPDATE definitions SET options = '{\"max_instances\":\"x\"}' WHERE generation = 3");
    const auto store = open();
    EXPECT_THAT(store->find("job 0")->definition->fault(), HasSubstr("\"nowhere\""));
    EXPECT_THAT(store->find("job 1")->definition->fault(), HasSubstr("tidal"));
    EXPECT_EQ(store->find("job 1")->definition->trigger.to_value(),
              Value::object({{"type", "tidal"}}));
    EXPECT_THAT(store->find("job 2")->definition->fault(), HasSubstr("\"max_instances\""));
    EXPECT_EQ(store->find("job 3")->definition->fault(), "");
}

TEST_F(SqliteFailures, ReadUrlsStrictly) {
    for (const char* url : {"sqlite:///a?sync=full", "sqlite:///a?synchronous=off", "sqlite://a",
                            "sqlite:///a%2", "sqlite:///a?busy_timeout=5", "postgresql:///a"}) {
        EXPECT_THROW(static_cast<void>(make_sqlite_store(url)), ConfigurationError) << url;
    }
    EXPECT_EQ(make_sqlite_store("sqlite:///a%20b.sqlite")->describe(), "sqlite:///a b.sqlite");
    EXPECT_EQ(make_sqlite_store("sqlite:////a")->describe(), "sqlite:////a");
    EXPECT_EQ(make_sqlite_store(":memory:")->describe(), "sqlite:// (in memory)");
}

/// What a scheduler does with a store: it settles what it has, starts it, and claims.
class Worker {
public:
    explicit Worker(JobStore& store) : store_(store) { catch_up(); }

    void pass() {
        const std::string_view executor = "default";
        const Instant now = std::max(now_, store_.next_due(std::span(&executor, 1)));
        const ClaimRequest request{executor, 5};
        DecideBy decider(run_each_hour);
        std::vector<Settlement> settlements;
        for (const ClaimedRun& run : started_) settlements.push_back(succeed(run, now));
        store_.process({.now = now,
                        .settlements = settlements,
                        .starts = claimed_,
                        .claims = std::span(&request, 1),
                        .decider = &decider},
                       result_);
        started_ = std::exchange(claimed_, result_.claimed);
        now_ = now;
    }
    /// Takes up what is on record, after a restart or an error.
    void catch_up() {
        started_.clear();
        claimed_.clear();
        for (ClaimedRun& run : store_.unsettled()) {
            (run.started ? started_ : claimed_).push_back(std::move(run));
        }
    }

private:
    JobStore& store_;
    Instant now_ = begin;
    std::vector<ClaimedRun> claimed_;
    std::vector<ClaimedRun> started_;
    StoreResult result_;
};

/// Each instant of each job up to its last one is on record once, and no job is missing.
void expect_nothing_lost(JobStore& store, std::size_t jobs) {
    std::map<std::string, std::set<Instant>> instants;
    std::size_t records = 0;
    for (const RunRecord& record : store.runs({.job_id = {}, .limit = 1'000'000, .before = 0})) {
        instants[record.job_id].insert(record.scheduled);
        ++records;
    }
    std::map<std::string, int> running;
    for (const ClaimedRun& run : store.unsettled()) {
        instants[run.job->id].insert(run.scheduled);
        ++running[run.job->id];
        ++records;
    }
    const JobPage page = store.list({}, 1000);
    EXPECT_EQ(page.jobs.size(), jobs);
    std::size_t expected = 0;
    for (const JobRecord& job : page.jobs) {
        const std::string& id = job.definition->id;
        const Instant first = begin + std::stoi(id.substr(4)) * 1s;
        const auto count = static_cast<std::size_t>((job.next_run_time - first) / 1h);
        EXPECT_EQ(instants[id].size(), count) << id;
        EXPECT_EQ(job.running, running[id]) << id;
        expected += count;
    }
    EXPECT_EQ(records, expected) << "an instant is on record twice";
}

/// Passes over eight jobs while the disk fails from its `n`-th write on; false if there were fewer.
bool work_on_failing_disk(JobStore& store, FailingVfs& disk, int n, int code) {
    Worker worker(store);
    for (int i = 0; i < 5; ++i) worker.pass();
    disk.fail_from(n, code);
    bool threw = false;
    try {
        for (int i = 0; i < 5; ++i) worker.pass();
    } catch (const StoreUnavailableError&) {
        threw = true;
    }
    disk.recover();
    worker.catch_up();
    for (int i = 0; i < 5; ++i) worker.pass();
    expect_nothing_lost(store, 8);
    return threw;
}

TEST_F(SqliteFailures, NothingIsLostWhicheverWriteFails) {
    for (const int code : {SQLITE_FULL, SQLITE_IOERR_WRITE}) {
        int n = 1;
        for (bool failed = true; failed; ++n) {
            const TemporaryFolder own_folder;
            path = own_folder.file("jobs.sqlite");
            make_file(8);
            FailingVfs disk;
            const auto store = open();
            failed = work_on_failing_disk(*store, disk, n, code);
            store->close();
            const auto reopened = open();
            expect_nothing_lost(*reopened, 8);
            ASSERT_FALSE(HasFailure()) << "when write " << n << " failed with code " << code;
        }
        EXPECT_GT(n, 20) << "five passes write more than that";
    }
}

[[noreturn]] void work_until_killed(JobStore& store, int progress) {
    try {
        store.open({.access = StoreAccess::schedule, .history = {}, .now = begin});
        Worker worker(store);
        for (;;) {
            worker.pass();
            if (write(progress, ".", 1) != 1) _exit(0);
        }
    } catch (const std::exception& error) {
        std::fputs(error.what(), stderr);
        _exit(1);
    }
}

/// Kills a process at work after `passes` passes and some turns of a loop; returns how it ended.
int kill_a_worker(JobStore& store, int passes, int turns) {
    int pipe_ends[2];
    if (pipe(pipe_ends) != 0) return -1;
    const pid_t child = fork();
    if (child == 0) {
        close(pipe_ends[0]);
        work_until_killed(store, pipe_ends[1]);
    }
    close(pipe_ends[1]);
    char dot = 0;
    while (passes-- > 0 && read(pipe_ends[0], &dot, 1) == 1) {
    }
    for (std::atomic<int> turn = 0; turn < turns; ++turn) {
    }
    kill(child, SIGKILL);
    close(pipe_ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    return status;
}

TEST_F(SqliteFailures, NothingIsLostWheneverTheProcessIsKilled) {
    make_file(8);
    std::mt19937 random(20250101);
    for (int round = 0; round < 60; ++round) {
        const int passes = std::uniform_int_distribution(0, 5)(random);
        const int turns = std::uniform_int_distribution(0, 1'000'000)(random);
        const int status = kill_a_worker(*connect(), passes, turns);
        ASSERT_TRUE(WIFSIGNALED(status)) << "round " << round;
        const auto store = open();
        expect_nothing_lost(*store, 8);
        store->close();
        ASSERT_FALSE(HasFailure()) << "round " << round;
    }
    const auto store = open();
    EXPECT_GT(store->runs({}).size(), 8u);
}

}  // namespace
}  // namespace punctual::contract
