// Jobs in transactions of an application on a SQLite file.

#include <punctual/stores/sqlite.hpp>
#include <punctual/testing/failing_store.hpp>
#include <punctual/testing/held_store.hpp>

#include "contract/other_program.hpp"
#include "contract/temporary_folder.hpp"
#include "contract/transaction_contract.hpp"

namespace punctual::contract {
namespace {

class SqliteShop {
public:
    SqliteShop() {
        run("PRAGMA journal_mode = WAL; CREATE TABLE orders (id)");
        other_.execute("BEGIN; CREATE TABLE orders (id)");
    }
    SqliteShop(const SqliteShop& before, const char* /*in a child*/)
        : path_(before.path_), other_(before.folder_.file("child.sqlite")) {}
    ~SqliteShop() { other_.execute("ROLLBACK"); }
    SqliteShop(const SqliteShop&) = delete;
    SqliteShop& operator=(const SqliteShop&) = delete;

    [[nodiscard]] std::string url() const {
        return "sqlite:///" + path_ + "?prefix=cron_&busy_timeout=1s";
    }
    void run(const std::string& sql) { program_.execute(sql); }
    [[nodiscard]] std::string query(const std::string& sql) { return program_.query(sql); }
    [[nodiscard]] Transaction transaction() { return sqlite_transaction(program_.handle()); }
    [[nodiscard]] Transaction elsewhere() { return sqlite_transaction(other_.handle()); }
    [[nodiscard]] const std::string& path() const { return path_; }

private:
    TemporaryFolder folder_;
    std::string path_ = folder_.file("shop.sqlite");
    OtherProgram program_{path_};
    OtherProgram other_{folder_.file("other.sqlite")};
};

INSTANTIATE_TYPED_TEST_SUITE_P(Sqlite, JobsInATransaction, SqliteShop);

class SqliteTransactions : public JobsInATransaction<SqliteShop> {};

TEST_F(SqliteTransactions, LeaveTheConnectionAsItWas) {
    shop->run("BEGIN; INSERT INTO orders (rowid, id) VALUES (77, 1)");
    add("a");
    EXPECT_THROW(add("a"), ConflictingIdError);
    EXPECT_EQ(shop->query("SELECT last_insert_rowid()"), "77");
    shop->run("COMMIT");
    EXPECT_EQ(shop->query("PRAGMA busy_timeout"), "0");
}

TEST_F(SqliteTransactions, MayBeOnAFileThatIsAttached) {
    OtherProgram application(":memory:");
    application.execute("ATTACH '" + shop->path() + "' AS \"the \"\"shop\"\"\"");
    application.execute("CREATE TEMP TABLE cron_jobs (x); BEGIN");
    scheduler->add_job(sqlite_transaction(application.handle()), ship_order(1), at("2100-01-01"),
                       {.id = "a"});
    EXPECT_FALSE(has("a"));
    application.execute("COMMIT");
    EXPECT_TRUE(has("a"));
}

TEST_F(SqliteTransactions, KeepAPlainCallOutWhichSaysWhatToDo) {
    shop->run("BEGIN IMMEDIATE");
    EXPECT_THAT(message_of<StoreUnavailableError>(
                    [&] { scheduler->add_job(ship_order(1), at("2100-01-01"), {.id = "a"}); }),
                HasSubstr("give that to add_job"));
    add("a");
    shop->run("COMMIT");
    EXPECT_TRUE(has("a"));
}

TEST_F(SqliteTransactions, GoThroughTheStoresThatTestsPutBetween) {
    const std::string url = "sqlite:///" + shop->path() + "?prefix=";
    const auto failing = std::make_shared<testing::FailingStore>(make_sqlite_store(url + "f_"));
    scheduler->add_store("failing", failing);
    scheduler->add_store("held",
                         std::make_shared<testing::HeldStore>(make_sqlite_store(url + "h_")));
    shop->run("BEGIN");
    add("a", {.store = "failing"});
    add("b", {.store = "held"});
    failing->fail_calls(1, testing::FailingStore::for_ever, testing::FailurePoint::before);
    EXPECT_THROW(add("c", {.store = "failing"}), StoreUnavailableError);
    failing->work();
    shop->run("COMMIT");
    EXPECT_TRUE(has("a"));
    EXPECT_TRUE(has("b"));
    EXPECT_FALSE(has("c"));
}

TEST_F(SqliteTransactions, AreNotToBeHadInMemory) {
    scheduler->add_store("ram", store("sqlite://"));
    shop->run("BEGIN");
    EXPECT_THAT(message_of<TransactionError>([&] { add("a", {.store = "ram"}); }),
                HasSubstr("its scheduler's alone"));
    shop->run("ROLLBACK");
}

}  // namespace
}  // namespace punctual::contract
