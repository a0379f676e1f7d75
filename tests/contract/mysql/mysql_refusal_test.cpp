// What a store on MariaDB does not open on, and the line that says why.

#include "contract/mysql/mysql_fixture.hpp"

namespace punctual::contract {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

using MysqlRefusals = MysqlTest;

/// A user of the server, gone with the test.
class MysqlUser {
public:
    MysqlUser(MysqlClient& client, std::string name, const std::string& password)
        : client_(client), name_(std::move(name)) {
        client_.run("CREATE USER '" + name_ + "'@'localhost' IDENTIFIED BY '" + password + "'");
    }
    ~MysqlUser() { client_.run("DROP USER '" + name_ + "'@'localhost'"); }
    MysqlUser(const MysqlUser&) = delete;
    MysqlUser& operator=(const MysqlUser&) = delete;

    void grant(const std::string& rights, const std::string& database) {
        client_.run("GRANT " + rights + " ON " + database + ".* TO '" + name_ + "'@'localhost'");
    }
    [[nodiscard]] const std::string& name() const { return name_; }

private:
    MysqlClient& client_;
    std::string name_;
};

std::string user_name() {
    return "u" + std::to_string(getpid());
}

TEST_F(MysqlRefusals, NameAWrongPassword) {
    MysqlUser user(client, user_name(), "right");
    user.grant("ALL", database.name());
    const std::string message = message_of(database.url_for(user.name() + ":wr%40ng"));
    EXPECT_THAT(message, AllOf(StartsWith("mysql://" + user.name() + "@/" + database.name()),
                               HasSubstr("Access denied"), Not(HasSubstr("wr@ng")),
                               Not(HasSubstr("wr%40ng")), Not(HasSubstr("\n"))));
    EXPECT_EQ(message_of(database.url_for(user.name() + ":right")), "it opened");
}

TEST_F(MysqlRefusals, NameAMissingDatabase) {
    const std::string url = "mysql://" + mysql_user() + "@/no_such?socket=" + mysql_socket();
    EXPECT_THAT(message_of(url),
                AllOf(StartsWith("mysql://"), HasSubstr("Unknown database 'no_such'")));
}

TEST_F(MysqlRefusals, NameMissingRights) {
    MysqlUser user(client, user_name(), "");
    user.grant("SELECT", database.name());
    const std::string url = database.url_for(user.name());
    EXPECT_THAT(message_of(url),
                AllOf(HasSubstr("CREATE command denied"), HasSubstr("give the user the right to")));
    open()->close();
    EXPECT_THAT(message_of(url), AllOf(StartsWith("mysql://"), HasSubstr("command denied")));
    EXPECT_EQ(message_of(url, StoreAccess::inspect), "it opened");
}

TEST_F(MysqlRefusals, OfAServerThatIsNotThereMayPass) {
    EXPECT_THAT(message_of("mysql://root@/app?socket=/no/such/socket"),
                StartsWith("unavailable: mysql://root@/app?socket=/no/such/socket: "));
    EXPECT_THAT(message_of("mysql://root@127.0.0.1:1/app"),
                StartsWith("unavailable: mysql://root@127.0.0.1:1/app: "));
}

TEST_F(MysqlRefusals, NameAServerWithoutTls) {
    for (const char* mode : {"REQUIRED", "VERIFY_CA&ssl-ca=/dev/null", "VERIFY_IDENTITY"}) {
        EXPECT_THAT(message_of(database.url() + "&ssl-mode=" + mode),
                    AllOf(HasSubstr(database.name()), HasSubstr("SSL")));
    }
    EXPECT_EQ(message_of(database.url() + "&ssl-mode=PREFERRED"), "it opened");
}

TEST_F(MysqlRefusals, LeaveTablesOfOthersAlone) {
    run("CREATE TABLE punctual_jobs (mine INT)");
    EXPECT_THAT(
        message_of(database.url()),
        AllOf(HasSubstr("a table \"punctual_jobs\" of another program"), HasSubstr("?prefix=")));
    EXPECT_EQ(message_of(database.url() + "&prefix=ours_"), "it opened");
    EXPECT_EQ(run("SELECT COUNT(*) FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() "
                  "AND TABLE_NAME LIKE 'punctual%'"),
              "1");
}

TEST_F(MysqlRefusals, NameAnotherVersion) {
    open()->close();
    run("UPDATE punctual_store SET schema_version = 99");
    EXPECT_THAT(message_of(database.url()),
                AllOf(HasSubstr("a newer version"), HasSubstr("its schema is 99")));
    run("UPDATE punctual_store SET schema_version = 0");
    for (const StoreAccess access : {StoreAccess::schedule, StoreAccess::inspect}) {
        EXPECT_THAT(message_of(database.url(), access),
                    HasSubstr("an older version (its schema is 0"));
    }
}

TEST_F(MysqlRefusals, AreNoneForAnOlderSchemaThatASchedulerBringsUpToDate) {
    {
        const auto store = open();
        add(*store, {make_job("a", begin)});
        store->close();
    }
    run("DROP TABLE punctual_nodes");
    run("UPDATE punctual_store SET schema_version = 1");
    EXPECT_THAT(message_of(database.url(), StoreAccess::inspect),
                HasSubstr("is brought up to date by the first"));
    EXPECT_EQ(run("SELECT schema_version FROM punctual_store"), "1");
    const auto store = open();
    EXPECT_EQ(ids_in(*store), Ids{"a"});
    EXPECT_EQ(run("SELECT schema_version FROM punctual_store"), "2");
    EXPECT_EQ(run("SELECT COUNT(*) FROM punctual_nodes"), "1");
    store->close();
    // Where an update was interrupted, the next scheduler goes on with it.
    run("UPDATE punctual_store SET schema_version = 1");
    EXPECT_EQ(message_of(database.url()), "it opened");
    EXPECT_EQ(run("SELECT schema_version FROM punctual_store"), "2");
}

TEST_F(MysqlRefusals, LeaveATableOfAnotherProgramBesideAnOlderSchemaAsItIs) {
    open()->close();
    run("DROP TABLE punctual_nodes");
    run("UPDATE punctual_store SET schema_version = 1");
    run("CREATE TABLE punctual_nodes (owner INT)");
    run("INSERT INTO punctual_nodes VALUES (1), (2)");
    for (const char* state : {"outdated", "begun"}) {
        EXPECT_THAT(message_of(database.url()),
                    HasSubstr("a table \"punctual_nodes\" of another program"))
            << state;
        EXPECT_EQ(run("SELECT COUNT(*) FROM punctual_nodes"), "2") << state;
        run("DELETE FROM punctual_store");
    }
}

TEST_F(MysqlRefusals, DoNotMeetWhoMayNotPutDownWhoItIs) {
    open()->close();
    MysqlUser user(client, user_name(), "");
    for (const char* table :
         {"store", "jobs", "definitions", "runs", "history", "generations", "run_ids"}) {
        run("GRANT SELECT, INSERT, UPDATE, DELETE ON " + database.name() + ".punctual_" + table +
            " TO '" + user.name() + "'@'localhost'");
    }
    run("GRANT INSERT ON " + database.name() + ".punctual_nodes TO '" + user.name() +
        "'@'localhost'");
    const std::string url = database.url_for(user.name());
    EXPECT_EQ(message_of(url), "it opened");
    // And is told that somebody has the store, though not who.
    const auto first = open();
    EXPECT_THAT(message_of(url), HasSubstr("in use by another scheduler (connection "));
}

TEST_F(MysqlRefusals, KeepASecondSchedulerOut) {
    const auto first = open();
    add(*first, {make_job("a", begin)});
    EXPECT_THAT(message_of(database.url()),
                AllOf(StartsWith("mysql://"), HasSubstr("in use by another scheduler (process " +
                                                        std::to_string(getpid()) + " on ")));
    EXPECT_EQ(message_of(database.url(), StoreAccess::inspect), "it opened");
    EXPECT_EQ(ids_in(*first), Ids{"a"});
    first->close();
    EXPECT_EQ(message_of(database.url()), "it opened");
}

TEST_F(MysqlRefusals, OfLookingWhereNothingIsMakeNothing) {
    EXPECT_THAT(message_of(database.url(), StoreAccess::inspect), HasSubstr("has no jobs"));
    EXPECT_EQ(run("SELECT COUNT(*) FROM information_schema.TABLES "
                  "WHERE TABLE_SCHEMA = DATABASE()"),
              "0");
}

TEST_F(MysqlRefusals, DoNotMeetTablesThatWereBegun) {
    const auto first = open();
    add(*first, {make_job("a", begin)});
    settle(*first, claim(*first, begin));
    first->close();
    // As by a process that ended before the last step of making them.
    run("DELETE FROM punctual_store");
    run("DROP TABLE punctual_runs");
    const auto store = open();
    EXPECT_EQ(ids_in(*store), Ids{"a"});
    EXPECT_EQ(run("SELECT history_size FROM punctual_store"), "1");
}

}  // namespace
}  // namespace punctual::contract
