#pragma once
// What holds for jobs in a transaction of the application's, on each database that takes part in
// one. A `Shop` is an application with a table `orders` in the database of the store:
//
//     std::string url();                         // of the store
//     void run(const std::string& sql);          // on the application's connection
//     std::string query(const std::string& sql); // the first column of the first row
//     Transaction transaction();                 // of that connection
//     Transaction elsewhere();                   // one under way on another database

#include <punctual/punctual.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/wait.h>
#include <unistd.h>
#include <csignal>
#include <semaphore>

namespace punctual::contract {

using ::testing::HasSubstr;

inline std::counting_semaphore<> shipped{0};
inline const auto ship_order =
    task("punctual.transaction_contract.ship_order", [](int) { shipped.release(); });

template <class Shop>
class JobsInATransaction : public ::testing::Test {
protected:
    void SetUp() override {
        if constexpr (requires { Shop::missing(); }) {
            if (Shop::missing() != nullptr) GTEST_SKIP() << Shop::missing();
        }
        shop = std::make_unique<Shop>();
        scheduler = std::make_unique<BackgroundScheduler>(options());
        scheduler->start();
    }
    [[nodiscard]] SchedulerOptions options() const {
        return {.stores = {{"default", store(shop->url())}, {"memory", memory()}}};
    }

    Job add(const std::string& id, JobOptions more = {}) {
        more.id = id;
        return scheduler->add_job(shop->transaction(), ship_order(1), at("2100-01-01"), more);
    }
    void order() { shop->run("INSERT INTO orders VALUES (1)"); }
    [[nodiscard]] std::string orders() { return shop->query("SELECT count(*) FROM orders"); }
    [[nodiscard]] bool has(const std::string& id) { return scheduler->find_job(id).has_value(); }

    template <class Exception, class Action>
    [[nodiscard]] std::string message_of(Action action) {
        try {
            action();
        } catch (const Exception& error) {
            return error.what();
        }
        return "nothing was thrown";
    }

    std::unique_ptr<Shop> shop;
    std::unique_ptr<BackgroundScheduler> scheduler;
};

/// In a process of its own, which is not to use the connections of the one before.
template <class Shop>
[[noreturn]] void order_and_be_killed(const Shop& before) {
    Shop shop(before, "in a child");
    BackgroundScheduler scheduler(SchedulerOptions{.stores = {{"default", store(shop.url())}}});
    scheduler.start();
    shop.run("BEGIN");
    shop.run("INSERT INTO orders VALUES (1)");
    scheduler.add_job(shop.transaction(), ship_order(1), at("2100-01-01"), {.id = "a"});
    kill(getpid(), SIGKILL);
    std::abort();
}

TYPED_TEST_SUITE_P(JobsInATransaction);

TYPED_TEST_P(JobsInATransaction, RunOnceTheyAreCommitted) {
    this->shop->run("BEGIN");
    this->order();
    this->scheduler->add_job(this->shop->transaction(), ship_order(1), {.id = "ship"});
    EXPECT_FALSE(this->has("ship"));
    this->shop->run("COMMIT");
    this->scheduler->wakeup();
    EXPECT_TRUE(shipped.try_acquire_for(std::chrono::seconds(20)));
    EXPECT_EQ(this->orders(), "1");
}

TYPED_TEST_P(JobsInATransaction, LeaveNoTraceIfTheyAreRolledBack) {
    this->shop->run("BEGIN");
    this->order();
    this->add("a");
    this->shop->run("ROLLBACK");
    EXPECT_FALSE(this->has("a"));
    EXPECT_EQ(this->orders(), "0");
    // The next ones have ids and generations of their own.
    for (const char* id : {"a", "b", "c"}) {
        this->scheduler->add_job(ship_order(2), at("2100-01-01"), {.id = id});
    }
    this->shop->run("BEGIN");
    this->add("d");
    this->shop->run("COMMIT");
    this->scheduler->add_job(ship_order(2), at("2100-01-01"), {.id = "e"});
    EXPECT_EQ(this->scheduler->get_jobs().size(), 5u);
}

TYPED_TEST_P(JobsInATransaction, WhoseIdExistsLeaveItAsItWas) {
    this->scheduler->add_job(ship_order(1), at("2100-01-01"), {.id = "a"});
    this->shop->run("BEGIN");
    this->order();
    EXPECT_THROW(this->add("a"), ConflictingIdError);
    this->order();
    this->add("b");
    EXPECT_THROW(this->add("b"), ConflictingIdError);
    this->shop->run("COMMIT");
    EXPECT_EQ(this->orders(), "2");
    EXPECT_TRUE(this->has("b"));
}

TYPED_TEST_P(JobsInATransaction, ReplaceOthersWhenTheyAreCommitted) {
    this->scheduler->add_job(ship_order(1), at("2100-01-01"), {.id = "a", .name = "old"});
    for (const bool commits : {false, true}) {
        this->shop->run("BEGIN");
        this->add("a", {.name = "new", .replace_existing = true});
        this->shop->run(commits ? "COMMIT" : "ROLLBACK");
        EXPECT_EQ(this->scheduler->get_job("a").name(), commits ? "new" : "old");
    }
}

TYPED_TEST_P(JobsInATransaction, AreModifiedWhenItIsCommitted) {
    this->scheduler->add_job(ship_order(1), at("2100-01-01"), {.id = "a", .name = "old"});
    for (const bool commits : {false, true}) {
        this->shop->run("BEGIN");
        const Job job =
            this->scheduler->modify_job(this->shop->transaction(), "a", {.name = "new"});
        EXPECT_EQ(job.name(), "new");
        EXPECT_EQ(this->scheduler->get_job("a").name(), "old");
        this->shop->run(commits ? "COMMIT" : "ROLLBACK");
        EXPECT_EQ(this->scheduler->get_job("a").name(), commits ? "new" : "old");
    }
    this->scheduler->modify_job("a", {.name = "newer"});
    EXPECT_EQ(this->scheduler->get_job("a").name(), "newer");
}

TYPED_TEST_P(JobsInATransaction, AreRemovedWhenItIsCommitted) {
    this->scheduler->add_job(ship_order(1), at("2100-01-01"), {.id = "a"});
    for (const bool commits : {false, true}) {
        this->shop->run("BEGIN");
        this->scheduler->remove_job(this->shop->transaction(), "a");
        EXPECT_TRUE(this->has("a"));
        this->shop->run(commits ? "COMMIT" : "ROLLBACK");
        EXPECT_EQ(this->has("a"), !commits);
    }
    this->shop->run("BEGIN");
    EXPECT_THROW(this->scheduler->remove_job(this->shop->transaction(), "a"), JobLookupError);
    this->order();
    this->shop->run("COMMIT");
    EXPECT_EQ(this->orders(), "1");
}

TYPED_TEST_P(JobsInATransaction, AreRefusedIfTheyWouldStartEachOtherInACircle) {
    this->shop->run("BEGIN");
    this->add("a", {.then = {{.job_id = "b"}}});
    EXPECT_THAT(
        this->template message_of<ValueError>([&] { this->add("b", {.then = {{.job_id = "a"}}}); }),
        HasSubstr("in a circle: b, a, b"));
    this->add("b");
    const JobChanges back{.then = std::vector<FollowUp>{{.job_id = "a"}}};
    EXPECT_THAT(this->template message_of<ValueError>(
                    [&] { this->scheduler->modify_job(this->shop->transaction(), "b", back); }),
                HasSubstr("in a circle: b, a, b"));
    // What leaves in the transaction closes no circle.
    this->scheduler->remove_job(this->shop->transaction(), "a");
    this->scheduler->modify_job(this->shop->transaction(), "b", back);
    this->shop->run("COMMIT");
    EXPECT_FALSE(this->has("a"));
    EXPECT_TRUE(this->has("b"));
}

TYPED_TEST_P(JobsInATransaction, AreToldOfByNoEvent) {
    std::atomic<int> events = 0;
    const ListenerId listener = this->scheduler->add_listener([&](const Event&) { ++events; });
    this->shop->run("BEGIN");
    this->add("a");
    this->scheduler->modify_job(this->shop->transaction(), "a", {.name = "new"});
    this->scheduler->remove_job(this->shop->transaction(), "a");
    this->shop->run("COMMIT");
    this->scheduler->remove_listener(listener);
    EXPECT_EQ(events, 0);
}

TYPED_TEST_P(JobsInATransaction, AreRefusedWhereItIsNone) {
    EXPECT_THAT(this->template message_of<TransactionError>([&] { this->add("a"); }),
                HasSubstr("no transaction under way"));
}

TYPED_TEST_P(JobsInATransaction, AreRefusedOnAnotherDatabase) {
    EXPECT_THAT(this->template message_of<TransactionError>([&] {
        this->scheduler->add_job(this->shop->elsewhere(), ship_order(1), at("2100-01-01"));
    }),
                HasSubstr("another database"));
    EXPECT_TRUE(this->scheduler->get_jobs().empty());
}

TYPED_TEST_P(JobsInATransaction, AreRefusedByOtherStoresAndByTransactionsOfOthers) {
    this->shop->run("BEGIN");
    EXPECT_THAT(
        this->template message_of<TransactionError>([&] { this->add("a", {.store = "memory"}); }),
        HasSubstr("takes part in no transactions"));
    int other = 0;
    EXPECT_THAT(this->template message_of<TransactionError>([&] {
        this->scheduler->add_job(Transaction("oracle", &other), ship_order(1), at("2100-01-01"));
    }),
                HasSubstr("not of oracle"));
    this->shop->run("COMMIT");
}

TYPED_TEST_P(JobsInATransaction, AreRefusedBeforeTheStart) {
    this->scheduler->shutdown();
    this->shop->run("BEGIN");
    EXPECT_THAT(this->template message_of<SchedulerNotRunningError>([&] { this->add("a"); }),
                HasSubstr("once the scheduler runs"));
    this->shop->run("ROLLBACK");
}

TYPED_TEST_P(JobsInATransaction, AreGoneIfTheProcessIsKilledBeforeTheCommit) {
    this->scheduler.reset();
    const pid_t child = fork();
    if (child == 0) order_and_be_killed(*this->shop);
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFSIGNALED(status));
    this->scheduler = std::make_unique<BackgroundScheduler>(this->options());
    this->scheduler->start();
    EXPECT_FALSE(this->has("a"));
    EXPECT_EQ(this->orders(), "0");
}

REGISTER_TYPED_TEST_SUITE_P(JobsInATransaction, RunOnceTheyAreCommitted,
                            LeaveNoTraceIfTheyAreRolledBack, WhoseIdExistsLeaveItAsItWas,
                            ReplaceOthersWhenTheyAreCommitted, AreModifiedWhenItIsCommitted,
                            AreRemovedWhenItIsCommitted,
                            AreRefusedIfTheyWouldStartEachOtherInACircle, AreToldOfByNoEvent,
                            AreRefusedWhereItIsNone, AreRefusedOnAnotherDatabase,
                            AreRefusedByOtherStoresAndByTransactionsOfOthers,
                            AreRefusedBeforeTheStart, AreGoneIfTheProcessIsKilledBeforeTheCommit);

}  // namespace punctual::contract
