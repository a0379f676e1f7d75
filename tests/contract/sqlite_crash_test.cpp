// What a SQLite store keeps when disks fail and processes are killed: everything.

#include <punctual/stores/sqlite.hpp>
#include <punctual/testing/store_contract/fixture.hpp>

#include <sqlite3.h>
#include <sys/wait.h>
#include <random>

#include "contract/failing_vfs.hpp"
#include "contract/support/killed_worker.hpp"
#include "contract/support/store_worker.hpp"
#include "contract/temporary_folder.hpp"

namespace punctual::contract {
namespace {

std::shared_ptr<JobStore> open_store(const TemporaryFolder& folder) {
    auto store = make_sqlite_store("sqlite:///" + folder.file("jobs.sqlite"));
    store->open({.access = StoreAccess::schedule, .history = {}, .now = begin});
    return store;
}

/// Passes over eight jobs while the disk fails from its `n`-th write on; false if there were fewer.
bool work_on_failing_disk(JobStore& store, FailingVfs& disk, int n, int code) {
    StoreWorker worker(store);
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
    expect_nothing_lost(store);
    return threw;
}

TEST(SqliteCrashes, NothingIsLostWhicheverWriteFails) {
    for (const int code : {SQLITE_FULL, SQLITE_IOERR_WRITE}) {
        int n = 1;
        for (bool failed = true; failed; ++n) {
            const TemporaryFolder folder;
            FailingVfs disk;
            const auto store = open_store(folder);
            add_hourly_jobs(*store);
            failed = work_on_failing_disk(*store, disk, n, code);
            store->close();
            const auto reopened = open_store(folder);
            expect_nothing_lost(*reopened);
            ASSERT_FALSE(HasFailure()) << "when write " << n << " failed with code " << code;
        }
        EXPECT_GT(n, 20) << "five passes write more than that";
    }
}

TEST(SqliteCrashes, NothingIsLostWheneverTheProcessIsKilled) {
    const TemporaryFolder folder;
    {
        const auto store = open_store(folder);
        add_hourly_jobs(*store);
        store->close();
    }
    std::mt19937 random(20250101);
    for (int round = 0; round < 60; ++round) {
        const int passes = std::uniform_int_distribution(0, 5)(random);
        const auto pause = std::uniform_int_distribution(0, 1000)(random) * 1us;
        const int status = kill_a_worker([&] { return open_store(folder); }, passes, pause);
        ASSERT_TRUE(WIFSIGNALED(status)) << "round " << round;
        const auto store = open_store(folder);
        expect_nothing_lost(*store);
        store->close();
        ASSERT_FALSE(HasFailure()) << "round " << round;
    }
    const auto store = open_store(folder);
    EXPECT_GT(store->runs({}).size(), 8u);
}

}  // namespace
}  // namespace punctual::contract
