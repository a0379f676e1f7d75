// Stores on a PostgreSQL server by TLS: that the server is who it says, and what is said if not.

#include <punctual/testing/store_contract/fixture.hpp>

#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <vector>

#include "contract/postgresql/postgresql_server.hpp"
#include "contract/postgresql/private_server.hpp"
#include "contract/support/certificates.hpp"
#include "contract/support/silent_server.hpp"

namespace punctual::contract {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

class PostgresqlTls : public ::testing::Test {
protected:
    void SetUp() override {
        if (!Certificates::can_make()) GTEST_SKIP() << "install the package openssl";
        certificates_ = std::make_unique<Certificates>("postgres");
        const std::vector<std::string> tls = {
            "-c", "ssl=on",
            "-c", "ssl_cert_file=" + certificates_->file("server.crt"),
            "-c", "ssl_key_file=" + certificates_->file("server.key")};
        server_ = std::make_unique<PrivatePostgresql>(port_, tls);
    }

    /// What opening a store with these options says.
    std::string said_with(const std::string& options) {
        try {
            const auto store = make_postgresql_store("postgresql://punctual@localhost:" + port_ +
                                                     "/postgres?hostaddr=127.0.0.1" + options);
            store->open({.access = StoreAccess::schedule, .history = {}, .now = begin});
            store->close();
            return "opened";
        } catch (const StoreError& error) {
            return error.what();
        }
    }
    [[nodiscard]] std::string trusting(const std::string& authority) const {
        return "&sslrootcert=" + certificates_->file(authority + ".crt");
    }

    std::string port_ = SilentServer().port();  // which is free from here on
    std::unique_ptr<Certificates> certificates_;
    std::unique_ptr<PrivatePostgresql> server_;
};

TEST_F(PostgresqlTls, IsVerifiedAsTheUrlSays) {
    EXPECT_EQ(said_with("&sslmode=require"), "opened");
    EXPECT_EQ(said_with("&sslmode=verify-full" + trusting("authority")), "opened");
    EXPECT_THAT(said_with("&sslmode=verify-full" + trusting("other")),
                AllOf(HasSubstr("certificate verify failed"), ::testing::Not(HasSubstr("\n"))));
    EXPECT_THAT(said_with("&sslmode=verify-full" + trusting("nowhere")),
                AllOf(HasSubstr("nowhere.crt"), ::testing::Not(HasSubstr("\n"))));
}

TEST_F(PostgresqlTls, IsForTheHostThatTheUrlNames) {
    const std::string url =
        "postgresql://punctual@other.test:" + port_ + "/postgres?hostaddr=127.0.0.1&sslmode=";
    const auto open = [&](const std::string& mode) {
        const auto store = make_postgresql_store(url + mode + trusting("authority"));
        store->open({.access = StoreAccess::schedule, .history = {}, .now = begin});
        store->close();
    };
    EXPECT_NO_THROW(open("verify-ca"));
    EXPECT_THROW(open("verify-full"), StoreError);
}

}  // namespace
}  // namespace punctual::contract
