// What URLs of stores on PostgreSQL say: the same as to libpq.

#include <gmock/gmock.h>
#include <libpq-fe.h>
#include <punctual/errors.hpp>

#include <map>
#include <memory>
#include <string>

#include "stores/postgresql/location.hpp"

namespace punctual::detail {
namespace {

using Parameters = std::map<std::string, std::string>;

Parameters by_libpq(const std::string& url) {
    const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(
        PQconninfoParse(url.c_str(), nullptr), PQconninfoFree);
    Parameters parameters;
    for (const PQconninfoOption* option = options.get(); option->keyword != nullptr; ++option) {
        if (option->val != nullptr) parameters[option->keyword] = option->val;
    }
    return parameters;
}

TEST(PostgresqlUrl, IsReadAsLibpqReadsIt) {
    for (const std::string url :
         {"postgresql://", "postgres://user:pass%40word@host:5433/data%20base",
          "postgresql://user@/db?host=/run/postgresql&port=7", "postgresql://[::1]:5433/db",
          "postgresql://one:1,two:2,three/db?target_session_attrs=read-write",
          "postgresql://%2Frun%2Fx/db", "postgresql://host:/db",
          "postgresql://host/db?sslmode=verify-full&sslrootcert=/a%20b&sslpassword=a@b",
          "postgresql://host/db?ssl=true", "postgresql://host/db?user=me@server&password=p/?x",
          "postgresql://host/db?connect_timeout=3&options=-c%20a%3Db&application_name=",
          "postgresql://a:b@host/db?user=c&password=d&host=other&dbname=e&hostaddr=127.0.0.1"}) {
        const PostgresqlLocation location = parse_postgresql_url(url);
        const Parameters parameters(location.parameters.begin(), location.parameters.end());
        EXPECT_EQ(parameters, by_libpq(url)) << url;
    }
}

TEST(PostgresqlUrl, OfSeveralHostsIsShownWithThePortOfEach) {
    const auto describe = [](const char* url) { return parse_postgresql_url(url).describe(); };
    EXPECT_EQ(describe("postgresql://127.0.0.1:1,localhost:2/db"),
              "postgresql://127.0.0.1:1,localhost:2/db");
    EXPECT_EQ(describe("postgresql://one,two/db?port=7"), "postgresql://one:7,two:7/db");
    EXPECT_EQ(describe("postgresql://[::1]:7,%2Frun%2Fx/db"), "postgresql://[::1]:7,%2Frun%2Fx/db");
    EXPECT_EQ(describe("postgresql:///db?hostaddr=10.0.0.1,10.0.0.2"),
              "postgresql://10.0.0.1,10.0.0.2/db");
    EXPECT_THROW(describe("postgresql://one,two/db?port=1,2,3"), ConfigurationError);
}

}  // namespace
}  // namespace punctual::detail
