// URLs that name several PostgreSQL servers: which of them a store goes to.

#include <punctual/testing/store_contract/fixture.hpp>

#include <gmock/gmock.h>

#include <string>

#include "contract/postgresql/postgresql_server.hpp"
#include "contract/support/silent_server.hpp"

namespace punctual::contract {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

/// What opening a store of these servers says; the last is the one of the tests.
std::string said_by(const std::string& servers, const std::string& options = {}) {
    const PostgresqlSchema schema;
    std::string text;
    try {
        const auto store = make_postgresql_store("postgresql://punctual@" + servers +
                                                 "/postgres?schema=" + schema.name() + options);
        store->open({.access = StoreAccess::schedule, .history = {}, .now = begin});
        store->close();
        return "opened";
    } catch (const StoreUnavailableError& error) {
        return std::string("unavailable: ") + error.what();
    } catch (const StoreError& error) {
        return error.what();
    }
}

std::string test_server() {
    std::string folder;
    for (const char byte : socket_folder()) folder += byte == '/' ? "%2F" : std::string(1, byte);
    return folder + ":5432";
}

TEST(PostgresqlServers, AreTriedOneAfterTheOtherWhenOneSaysNothing) {
    const SilentServer silent;
    EXPECT_EQ(said_by("127.0.0.1:" + silent.port() + "," + test_server(), "&connect_timeout=1"),
              "opened");
}

TEST(PostgresqlServers, AreTriedOneAfterTheOtherWhenOneIsNotThere) {
    EXPECT_EQ(said_by("127.0.0.1:1,nowhere.invalid," + test_server()), "opened");
}

TEST(PostgresqlServers, ThatAllFailAreAllToldOf) {
    const SilentServer silent;
    EXPECT_THAT(said_by("127.0.0.1:" + silent.port() + ",127.0.0.1:1", "&connect_timeout=1"),
                AllOf(HasSubstr("unavailable: postgresql://punctual@127.0.0.1:" + silent.port() +
                                ",127.0.0.1:1/postgres?"),
                      HasSubstr("port " + silent.port() + ", did not answer within 1 s; "),
                      HasSubstr("port 1 failed: Connection refused")));
}

TEST(PostgresqlServers, AreNotTriedAnyMoreWhenOneRefusesTheDatabase) {
    const std::string server = test_server();
    EXPECT_THAT(said_by(server + ",127.0.0.1:1", "&dbname=nowhere"),
                AllOf(HasSubstr("database \"nowhere\" does not exist"),
                      ::testing::Not(HasSubstr("refused"))));
}

TEST(PostgresqlServers, AreTriedTwiceWhereAStandbyIsPreferred) {
    EXPECT_EQ(said_by("127.0.0.1:1," + test_server(), "&target_session_attrs=prefer-standby"),
              "opened");
    EXPECT_THAT(said_by(test_server(), "&target_session_attrs=standby"),
                HasSubstr("not in hot standby mode"));
}

}  // namespace
}  // namespace punctual::contract
