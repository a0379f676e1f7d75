// What can be wrong with a PostgreSQL store when it is opened: one clear line for each.

#include <punctual/testing/store_contract/fixture.hpp>

#include <gmock/gmock.h>

#include "contract/postgresql/postgresql_server.hpp"
#include "contract/postgresql/private_server.hpp"

namespace punctual::contract {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

const StoreContext to_schedule{.access = StoreAccess::schedule, .history = {}, .now = begin};
const StoreContext to_inspect{.access = StoreAccess::inspect, .history = {}, .now = begin};

std::string url_on_server(const std::string& user_and_database) {
    const std::size_t slash = user_and_database.find('/');
    return "postgresql://" + user_and_database.substr(0, slash) + "@" +
           user_and_database.substr(slash) + "?host=" + socket_folder();
}

/// What opening it says; StoreUnavailableErrors begin with "unavailable".
std::string error_of(const std::string& url, const StoreContext& context = to_schedule) {
    try {
        const auto store = make_postgresql_store(url);
        store->open(context);
        store->close();
        return "none";
    } catch (const StoreUnavailableError& error) {
        return std::string("unavailable ") + error.what();
    } catch (const Error& error) {
        return error.what();
    }
}

MATCHER(IsOneLine, "is one line") {
    return std::string(arg).find('\n') == std::string::npos;
}

TEST(PostgresqlOpening, AUrlThatIsNoneIsToldWithoutThePassword) {
    for (const char* url :
         {"postgresql://me:secret@host:port:port/x", "postgresql://me:secret@[::1/x",
          "postgresql://me:secret@h/x?nothing=1",
          "postgresql://me:secret@h/x?schema=", "postgresql://me:secret@h/x?prefix=Bad-",
          "postgresql://me:secret@h/x?schema=%zz", "postgresql://me:secret@h/x?answer_timeout=0",
          "postgresql://me:secret@h/x?answer_timeout=1h", "postgresql://me:secret@h/x?sslmode",
          "mysql://me:secret@h/x"}) {
        try {
            static_cast<void>(make_postgresql_store(url));
            ADD_FAILURE() << url << " was taken";
        } catch (const ConfigurationError& error) {
            EXPECT_THAT(error.what(), AllOf(HasSubstr("the URL of the PostgreSQL store"),
                                            Not(HasSubstr("secret")), IsOneLine()))
                << url;
        }
    }
}

TEST(PostgresqlOpening, ADescriptionHasNoPassword) {
    const auto describe = [](const char* url) { return make_postgresql_store(url)->describe(); };
    EXPECT_EQ(describe("postgresql://me:secret@example.com:5433/jobs?sslmode=require&schema=a"),
              "postgresql://me@example.com:5433/jobs?schema=a");
    EXPECT_EQ(describe("postgres://me@/jobs?host=/run/x&password=secret&prefix=cron_"),
              "postgresql://me@/jobs?host=/run/x&prefix=cron_");
}

TEST(PostgresqlOpening, AServerThatIsNotThereIsUnavailable) {
    EXPECT_THAT(error_of("postgresql://me:secret@localhost:1/jobs"),
                AllOf(testing::StartsWith("unavailable postgresql://me@localhost:1/jobs: "),
                      Not(HasSubstr("secret")), IsOneLine()));
}

TEST(PostgresqlOpening, AWrongPasswordIsToldAtOnce) {
    PostgresqlClient client;
    client.run(
        "DO $$ BEGIN CREATE ROLE guest LOGIN PASSWORD 'right'; "
        "EXCEPTION WHEN duplicate_object OR unique_violation THEN END $$");
    EXPECT_THAT(error_of(url_on_server("guest:wrong/postgres")),
                AllOf(testing::StartsWith("postgresql://guest@/postgres"),
                      HasSubstr("password authentication failed"), IsOneLine()));
    EXPECT_THAT(error_of(url_on_server("guest:right/postgres")),
                AllOf(HasSubstr("permission denied for schema public"), HasSubstr("?schema="),
                      IsOneLine()));
    EXPECT_THAT(error_of(url_on_server("guest:right/postgres") + "&schema=guests"),
                AllOf(HasSubstr("permission denied for database postgres"), IsOneLine()));
}

TEST(PostgresqlOpening, AMissingDatabaseIsToldAtOnce) {
    EXPECT_THAT(error_of(url_on_server("punctual/nowhere")),
                AllOf(testing::StartsWith("postgresql://punctual@/nowhere"),
                      HasSubstr("database \"nowhere\" does not exist"), IsOneLine()));
}

TEST(PostgresqlOpening, ATableOfAnotherProgramIsLeftAsItIs) {
    for (const char* table : {"punctual_store", "punctual_jobs"}) {
        const PostgresqlSchema schema;
        PostgresqlClient client;
        client.run("CREATE SCHEMA " + schema.name());
        client.run("CREATE TABLE " + schema.name() + "." + table + " (application text)");
        EXPECT_THAT(error_of(schema.url()),
                    AllOf(testing::StartsWith("postgresql://"), HasSubstr(table),
                          HasSubstr("of another program"), IsOneLine()));
        EXPECT_EQ(
            client.run("SELECT count(*) FROM pg_tables WHERE schemaname = '" + schema.name() + "'"),
            "1");
    }
}

TEST(PostgresqlOpening, AnotherSchemaIsRefused) {
    const PostgresqlSchema schema;
    ASSERT_EQ(error_of(schema.url()), "none");
    PostgresqlClient().run("UPDATE " + schema.name() + ".punctual_store SET schema_version = 99");
    for (const StoreContext& context : {to_schedule, to_inspect}) {
        EXPECT_THAT(error_of(schema.url(), context),
                    AllOf(HasSubstr("newer version"), HasSubstr("99"), IsOneLine()));
    }
    PostgresqlClient().run("UPDATE " + schema.name() + ".punctual_store SET schema_version = 0");
    for (const StoreContext& context : {to_schedule, to_inspect}) {
        EXPECT_THAT(error_of(schema.url(), context),
                    AllOf(HasSubstr("an older version (its schema is 0"), IsOneLine()));
    }
}

TEST(PostgresqlOpening, AnOlderSchemaIsBroughtUpToDateByAScheduler) {
    const PostgresqlSchema schema;
    {
        const auto store = make_postgresql_store(schema.url());
        store->open(to_schedule);
        const JobRecord job = make_job("a", begin);
        EXPECT_TRUE(store->add(std::span(&job, 1)).empty());
        store->close();
    }
    PostgresqlClient client;
    const std::string tables = schema.name() + ".punctual_";
    client.run("DROP TABLE " + tables + "nodes");
    client.run("UPDATE " + tables + "store SET schema_version = 1");
    EXPECT_THAT(error_of(schema.url(), to_inspect),
                AllOf(HasSubstr("is brought up to date by the first"), IsOneLine()));
    // What is in the way keeps it as it is.
    client.run("CREATE TABLE " + tables + "nodes (mine text)");
    EXPECT_THAT(error_of(schema.url()),
                AllOf(HasSubstr("a table \"punctual_nodes\" of another"), IsOneLine()));
    EXPECT_EQ(client.run("SELECT schema_version FROM " + tables + "store"), "1");
    client.run("DROP TABLE " + tables + "nodes");

    const auto store = make_postgresql_store(schema.url());
    store->open(to_schedule);
    EXPECT_EQ(ids_of(store->list({}, 100).jobs), Ids{"a"});
    EXPECT_EQ(client.run("SELECT schema_version FROM " + tables + "store"), "2");
    EXPECT_EQ(client.run("SELECT count(*) FROM " + tables + "nodes"), "1");
    EXPECT_EQ(error_of(schema.url(), to_inspect), "none");
}

TEST(PostgresqlOpening, WhoMayNotPutDownWhoItIsRunsJobsAllTheSame) {
    const PostgresqlSchema schema;
    ASSERT_EQ(error_of(schema.url()), "none");
    PostgresqlClient client;
    const std::string user = "u" + std::to_string(getpid());
    client.run("CREATE ROLE " + user + " LOGIN PASSWORD 'right'");
    client.run("GRANT USAGE ON SCHEMA " + schema.name() + " TO " + user);
    client.run("GRANT ALL ON ALL TABLES IN SCHEMA " + schema.name() + " TO " + user);
    client.run("GRANT ALL ON ALL SEQUENCES IN SCHEMA " + schema.name() + " TO " + user);
    client.run("REVOKE ALL ON " + schema.name() + ".punctual_nodes FROM " + user);
    const std::string url = url_on_server(user + ":right/postgres") + "&schema=" + schema.name();
    EXPECT_EQ(error_of(url), "none");
    {
        // And is told who has the store, as far as that is known.
        const auto store = make_postgresql_store(schema.url());
        store->open(to_schedule);
        EXPECT_THAT(error_of(url),
                    AllOf(HasSubstr("in use by another scheduler (server process"), IsOneLine()));
        store->close();
    }
    client.run("DROP OWNED BY " + user);
    client.run("DROP ROLE " + user);
}

TEST(PostgresqlOpening, ASecondSchedulerIsRefusedUntilTheFirstCloses) {
    const PostgresqlSchema schema;
    const auto first = make_postgresql_store(schema.url());
    first->open(to_schedule);
    EXPECT_THAT(error_of(schema.url()), AllOf(testing::StartsWith("postgresql://"),
                                              HasSubstr("in use by another scheduler (process " +
                                                        std::to_string(getpid()) + " on "),
                                              IsOneLine()));
    EXPECT_EQ(error_of(schema.url(), to_inspect), "none");
    first->close();
    // The server takes note of the end of a connection a moment later.
    std::string error;
    for (int i = 0; i < 100 && error != "none"; ++i) error = error_of(schema.url());
    EXPECT_EQ(error, "none");
}

TEST(PostgresqlOpening, InspectingMakesNothingAndChangesNothing) {
    const PostgresqlSchema schema;
    EXPECT_THAT(error_of(schema.url(), to_inspect),
                AllOf(HasSubstr("no scheduler has used it yet"), IsOneLine()));
    PostgresqlClient client;
    EXPECT_EQ(
        client.run("SELECT count(*) FROM pg_namespace WHERE nspname = '" + schema.name() + "'"),
        "0");
    ASSERT_EQ(error_of(schema.url()), "none");
    const auto store = make_postgresql_store(schema.url());
    store->open(to_inspect);
    const JobRecord job = make_job("a", begin);
    EXPECT_THROW(store->add(std::span(&job, 1)), StoreError);
    EXPECT_TRUE(store->list({}, 10).jobs.empty());
    store->close();
}

TEST(PostgresqlOpening, StoresInOneSchemaStandSideBySideByTheirPrefix) {
    const PostgresqlSchema schema;
    const auto one = make_postgresql_store(schema.url() + "&prefix=one_");
    const auto two = make_postgresql_store(schema.url() + "&prefix=two_");
    one->open(to_schedule);
    two->open(to_schedule);
    const JobRecord job = make_job("a", begin);
    EXPECT_TRUE(one->add(std::span(&job, 1)).empty());
    EXPECT_FALSE(two->find("a"));
    EXPECT_TRUE(one->find("a"));
    one->close();
    two->close();
}

TEST(PostgresqlOpening, IdsOfEveryLengthAreToldApart) {
    const PostgresqlSchema schema;
    const auto store = make_postgresql_store(schema.url());
    store->open(to_schedule);
    // Without repetition, so that no compression makes it fit into an index.
    std::string id;
    for (unsigned i = 0, seed = 1; i < 9000; ++i) {
        seed = seed * 1664525 + 1013904223;
        id += static_cast<char>(seed >> 24);
    }
    for (const std::size_t length : {255u, 256u, 257u, 9000u}) {
        const JobRecord job = make_job(id.substr(0, length), begin);
        EXPECT_TRUE(store->add(std::span(&job, 1)).empty()) << length;
        EXPECT_EQ(store->add(std::span(&job, 1)).size(), 1u) << length;
        EXPECT_TRUE(store->find(id.substr(0, length))) << length;
    }
    store->close();
}

}  // namespace
}  // namespace punctual::contract
