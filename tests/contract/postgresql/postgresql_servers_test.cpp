// URLs that name several PostgreSQL servers: which of them a store goes to.

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "contract/postgresql/postgresql_server.hpp"
#include "contract/postgresql/private_server.hpp"
#include "contract/support/refusal.hpp"
#include "contract/support/silent_server.hpp"
#include "stores/postgresql/connection.hpp"
#include "stores/postgresql/location.hpp"

namespace punctual::contract {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

/// What opening a store of these servers says.
std::string said_by(const std::string& servers, const std::string& options = {}) {
    const PostgresqlSchema schema;
    return refusal_at("postgresql://punctual@" + servers + "/postgres?schema=" + schema.name() +
                      options);
}

std::string test_server() {
    std::string folder;
    for (const char byte : socket_folder()) folder += byte == '/' ? "%2F" : std::string(1, byte);
    return folder + ":5432";
}

TEST(PostgresqlServers, AreTriedOneAfterTheOtherWhenOneSaysNothing) {
    const SilentServer silent;
    EXPECT_EQ(said_by("127.0.0.1:" + silent.port() + "," + test_server(), "&connect_timeout=1"),
              "it worked");
}

TEST(PostgresqlServers, AreTriedOneAfterTheOtherWhenOneIsNotThere) {
    EXPECT_EQ(said_by("127.0.0.1:1,nowhere.invalid," + test_server()), "it worked");
    EXPECT_THAT(said_by("nowhere.invalid"),
                HasSubstr("the host \"nowhere.invalid\" has no address"));
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

std::vector<std::string> two_addresses(const std::string& /*host*/) {
    return {"127.0.0.2", "127.0.0.1"};
}

TEST(PostgresqlServers, OfOneNameAreTriedOneAfterTheOtherWhenOneSaysNothing) {
    const std::string port = SilentServer().port();  // which is free from here on
    const SilentServer silent("127.0.0.2", port);
    const PrivatePostgresql server(port);
    const std::string url = "postgresql://punctual@db.test:" + port + "/postgres?connect_timeout=1";
    detail::PostgresqlConnection connection(detail::parse_postgresql_url(url), two_addresses);
    EXPECT_EQ(connection.query_text("SELECT host(inet_server_addr())").at(0), "127.0.0.1");
}

TEST(PostgresqlServers, OfOneNameThatAllFailAreAllToldOf) {
    const SilentServer silent("127.0.0.2");
    const std::string url =
        "postgresql://punctual@db.test:" + silent.port() + "/postgres?connect_timeout=1";
    EXPECT_THAT(
        message_of([&] {
            const detail::PostgresqlConnection connection(detail::parse_postgresql_url(url),
                                                          two_addresses);
        }),
        AllOf(HasSubstr("unavailable: postgresql://punctual@db.test:" + silent.port()),
              HasSubstr("\"db.test\" (127.0.0.2), port " + silent.port() +
                        ", did not answer within 1 s; "),
              HasSubstr("\"127.0.0.1\", port " + silent.port() + " failed: Connection refused")));
}

TEST(PostgresqlServers, AreTriedTwiceWhereAStandbyIsPreferred) {
    EXPECT_EQ(said_by("127.0.0.1:1," + test_server(), "&target_session_attrs=prefer-standby"),
              "it worked");
    EXPECT_THAT(said_by(test_server(), "&target_session_attrs=standby"),
                HasSubstr("not in hot standby mode"));
}

}  // namespace
}  // namespace punctual::contract
