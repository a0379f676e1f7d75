// Jobs in transactions of an application on a PostgreSQL server.

#include "contract/postgresql/postgresql_server.hpp"
#include "contract/transaction_contract.hpp"

namespace punctual::contract {
namespace {

// Every server has a database of this name.
std::string url_of_other_database() {
    std::string url = postgresql_url();
    const std::size_t question = url.find('?');
    const std::size_t slash = url.rfind('/', question);
    return url.replace(slash + 1, question - slash - 1, "template1");
}

class PostgresqlShop {
public:
    PostgresqlShop() : schema_(std::make_shared<PostgresqlSchema>()) {
        run("CREATE SCHEMA " + schema_->name() + "; CREATE TABLE " + schema_->name() +
            ".orders (id int)");
        run("SET search_path = " + schema_->name());
        other_.run("BEGIN");
    }
    PostgresqlShop(const PostgresqlShop& before, const char* /*in a child*/)
        : schema_(before.schema_) {
        run("SET search_path = " + schema_->name());
    }

    static const char* missing() {
        return postgresql_url() == nullptr ? "no PostgreSQL server to test on" : nullptr;
    }
    [[nodiscard]] std::string url() const { return schema_->url(); }
    void run(const std::string& sql) { client_.run(sql); }
    [[nodiscard]] std::string query(const std::string& sql) { return client_.run(sql); }
    [[nodiscard]] Transaction transaction() { return postgresql_transaction(client_.handle()); }
    [[nodiscard]] Transaction elsewhere() { return postgresql_transaction(other_.handle()); }

private:
    std::shared_ptr<PostgresqlSchema> schema_;
    PostgresqlClient client_;
    PostgresqlClient other_{url_of_other_database()};
};

INSTANTIATE_TYPED_TEST_SUITE_P(Postgresql, JobsInATransaction, PostgresqlShop);

class PostgresqlTransactions : public JobsInATransaction<PostgresqlShop> {};

TEST_F(PostgresqlTransactions, ThatHaveFailedTakeNoJobs) {
    shop->run("BEGIN");
    EXPECT_THROW(shop->run("SELECT 1 / 0"), std::runtime_error);
    EXPECT_THAT(message_of<TransactionError>([&] { add("a"); }), HasSubstr("has failed"));
    shop->run("ROLLBACK");
}

TEST_F(PostgresqlTransactions, NeedAnEncodingThatHasEveryLetter) {
    shop->run("SET client_encoding = LATIN1; BEGIN");
    EXPECT_THAT(message_of<TransactionError>([&] { add("a"); }), HasSubstr("LATIN1"));
    shop->run("ROLLBACK");
}

TEST_F(PostgresqlTransactions, LeaveTheConnectionAsItWas) {
    const std::string settings =
        "SELECT string_agg(name || setting, ' ' ORDER BY name) FROM pg_settings";
    shop->run("BEGIN");
    const std::string before = shop->query(settings);
    add("a");
    EXPECT_THROW(add("a"), ConflictingIdError);
    EXPECT_EQ(shop->query(settings), before);
    EXPECT_EQ(shop->query("SELECT count(*) FROM pg_prepared_statements"), "0");
    shop->run("COMMIT");
}

TEST_F(PostgresqlTransactions, AreCommittedWithIdsThatOthersAddInTheMeantime) {
    shop->run("BEGIN");
    add("a");
    scheduler->add_job(ship_order(1), at("2100-01-01"), {.id = "b"});
    EXPECT_THROW(add("b"), ConflictingIdError);
    shop->run("COMMIT");
    EXPECT_EQ(scheduler->get_jobs().size(), 2u);
}

}  // namespace
}  // namespace punctual::contract
