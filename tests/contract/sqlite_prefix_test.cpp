// SQLite files that jobs share with an application, or with other jobs.

#include <punctual/stores/sqlite.hpp>
#include <punctual/testing/store_contract/fixture.hpp>

#include <gmock/gmock.h>

#include "contract/other_program.hpp"
#include "contract/temporary_folder.hpp"

namespace punctual::contract {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class SqlitePrefixes : public ::testing::Test {
protected:
    [[nodiscard]] std::shared_ptr<JobStore> open(const std::string& options) const {
        auto store = make_sqlite_store("sqlite:///" + path + options);
        store->open({.access = StoreAccess::schedule, .history = {}, .now = begin});
        return store;
    }
    [[nodiscard]] std::string refusal(const std::string& options) const {
        try {
            static_cast<void>(open(options));
        } catch (const StoreError& error) {
            return error.what();
        }
        return "it opened";
    }
    static void add(JobStore& store, const std::string& id) {
        const JobRecord job = make_job(id, begin);
        EXPECT_TRUE(store.add(std::span(&job, 1)).empty());
    }

    /// A store with one job.
    void make_closed(const std::string& options, const std::string& id) const {
        const auto store = open(options);
        add(*store, id);
        store->close();
    }

    TemporaryFolder folder;
    std::string path = folder.file("shop.sqlite");
};

TEST_F(SqlitePrefixes, LetTablesStandBesideThoseOfAnApplication) {
    OtherProgram application(path);
    application.execute("CREATE TABLE jobs (title TEXT); INSERT INTO jobs VALUES ('gardener')");
    application.execute("PRAGMA application_id = 7; PRAGMA user_version = 3");
    const auto store = open("?prefix=cron_");
    add(*store, "a");
    EXPECT_TRUE(store->find("a"));
    EXPECT_EQ(application.query("SELECT title FROM jobs"), "gardener");
    EXPECT_EQ(application.query("PRAGMA application_id"), "7");
    EXPECT_EQ(application.query("PRAGMA user_version"), "3");
    EXPECT_EQ(application.query("PRAGMA journal_mode"), "delete");
}

TEST_F(SqlitePrefixes, KeepStoresOfOneFileApart) {
    const auto whole = open("");
    const auto first = open("?prefix=first_");
    const auto second = open("?prefix=second_");
    add(*whole, "a");
    add(*first, "b");
    add(*second, "b");
    EXPECT_FALSE(first->find("a"));
    EXPECT_EQ(first->remove_all(), 1u);
    EXPECT_TRUE(second->find("b"));
    EXPECT_TRUE(whole->find("a"));
    EXPECT_EQ(refusal("?prefix=third_"), "it opened");
}

TEST_F(SqlitePrefixes, HaveALockOfTheirOwn) {
    const auto first = open("?prefix=first_");
    EXPECT_THAT(refusal("?prefix=first_"),
                AllOf(HasSubstr("?prefix=first_"), HasSubstr("is in use by another scheduler")));
    first->close();
    EXPECT_EQ(refusal("?prefix=first_"), "it opened");
}

TEST_F(SqlitePrefixes, FindTheirJobsAgain) {
    {
        const auto store = open("?prefix=first_");
        add(*store, "a");
        store->close();
    }
    EXPECT_TRUE(open("?prefix=first_")->find("a"));
    EXPECT_THAT(refusal(""), AllOf(HasSubstr("another program"), HasSubstr("\"first_store\"")));
}

TEST_F(SqlitePrefixes, RefuseATableOfAnotherProgram) {
    OtherProgram application(path);
    application.execute("CREATE TABLE cron_runs (x)");
    EXPECT_THAT(refusal("?prefix=cron_"),
                AllOf(HasSubstr("\"cron_runs\" of another program"), HasSubstr("?prefix=")));
    application.execute("DROP TABLE cron_runs; CREATE TABLE cron_store (application TEXT)");
    EXPECT_THAT(refusal("?prefix=cron_"), HasSubstr("\"cron_store\" of another program"));
    EXPECT_EQ(application.query("SELECT count(*) FROM sqlite_master"), "1");
}

TEST_F(SqlitePrefixes, RefuseAnotherSchema) {
    open("?prefix=cron_")->close();
    OtherProgram(path).execute("UPDATE cron_store SET schema_version = 99");
    EXPECT_THAT(refusal("?prefix=cron_"), AllOf(HasSubstr("newer version"), HasSubstr("99")));
    OtherProgram(path).execute("UPDATE cron_store SET schema_version = 0");
    EXPECT_THAT(refusal("?prefix=cron_"), HasSubstr("an older version (its schema is 0"));
}

TEST_F(SqlitePrefixes, AreOpenedWhileTheApplicationWrites) {
    make_closed("?prefix=cron_", "a");
    OtherProgram application(path);
    application.execute("CREATE TABLE orders (title TEXT); BEGIN IMMEDIATE");
    EXPECT_TRUE(open("?prefix=cron_&busy_timeout=10ms")->find("a"));
    application.execute("ROLLBACK");
}

TEST_F(SqlitePrefixes, OfAnOlderSchemaAreBroughtUpToDate) {
    make_closed("?prefix=cron_", "a");
    OtherProgram application(path);
    application.execute("DROP TABLE cron_nodes; UPDATE cron_store SET schema_version = 1");
    EXPECT_TRUE(open("?prefix=cron_")->find("a"));
    EXPECT_EQ(application.query("SELECT schema_version FROM cron_store"), "2");
    EXPECT_EQ(application.query("SELECT count(*) FROM cron_nodes"), "1");
}

TEST_F(SqlitePrefixes, AreReadStrictly) {
    for (const char* prefix : {"", "1a", "a-b", "A", "a_name_that_is_far_too_long_for_it"}) {
        EXPECT_THROW(static_cast<void>(open("?prefix=" + std::string(prefix))), ConfigurationError)
            << prefix;
    }
}

}  // namespace
}  // namespace punctual::contract
