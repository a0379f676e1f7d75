// Stores on a PostgreSQL server by TLS: that the server is who it says, and what is said if not.

#include <gmock/gmock.h>

#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "contract/postgresql/postgresql_server.hpp"
#include "contract/postgresql/private_server.hpp"
#include "contract/support/certificates.hpp"
#include "contract/support/refusal.hpp"
#include "contract/support/silent_server.hpp"
#include "stores/postgresql/connection.hpp"
#include "stores/postgresql/location.hpp"

namespace punctual::contract {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class PostgresqlTls : public ::testing::Test {
protected:
    void SetUp() override {
        if (!Certificates::can_make()) GTEST_SKIP() << "install the package openssl";
        certificates_ = std::make_unique<Certificates>("postgres");
        std::ofstream(certificates_->file("access"))
            << "local all all trust\n"
               "hostssl postgres all 127.0.0.1/32 trust\n"
               "hostssl members all 127.0.0.1/32 cert clientcert=verify-full\n";
        const std::vector<std::string> tls = {
            "-c", "ssl=on",
            "-c", "ssl_cert_file=" + certificates_->file("server.crt"),
            "-c", "ssl_key_file=" + certificates_->file("server.key"),
            "-c", "ssl_ca_file=" + certificates_->file("authority.crt"),
            "-c", "hba_file=" + certificates_->file("access")};
        server_ = std::make_unique<PrivatePostgresql>(port_, tls);
    }

    [[nodiscard]] std::string url(const std::string& host, const std::string& database) const {
        return "postgresql://punctual:secret@" + host + ":" + port_ + "/" + database +
               "?hostaddr=127.0.0.1";
    }
    [[nodiscard]] std::string trusting(const std::string& authority) const {
        return "&sslrootcert=" + certificates_->file(authority + ".crt");
    }
    [[nodiscard]] std::string as(const std::string& certificate, const std::string& key) const {
        return "&sslcert=" + certificates_->file(certificate + ".crt") +
               "&sslkey=" + certificates_->file(key + ".key");
    }

    std::string port_ = SilentServer().port();  // which is free from here on
    std::unique_ptr<Certificates> certificates_;
    std::unique_ptr<PrivatePostgresql> server_;
};

TEST_F(PostgresqlTls, IsVerifiedAsTheUrlSays) {
    const auto said = [&](const std::string& options) {
        return refusal_at(url("localhost", "postgres") + options);
    };
    EXPECT_EQ(said("&sslmode=require"), "it worked");
    EXPECT_EQ(said("&sslmode=verify-full" + trusting("authority")), "it worked");
    EXPECT_THAT(said("&sslmode=verify-full" + trusting("other")),
                AllOf(HasSubstr("certificate verify failed"), Not(HasSubstr("\n"))));
    EXPECT_THAT(said("&sslmode=verify-full" + trusting("nowhere")),
                AllOf(HasSubstr("nowhere.crt"), Not(HasSubstr("\n"))));
}

TEST_F(PostgresqlTls, IsForTheHostThatTheUrlNames) {
    const auto said = [&](const std::string& mode) {
        return refusal_at(url("other.test", "postgres") + "&sslmode=" + mode +
                          trusting("authority"));
    };
    EXPECT_EQ(said("verify-ca"), "it worked");
    EXPECT_THAT(said("verify-full"), HasSubstr("does not match host name \"other.test\""));
    const std::string by_name = "postgresql://punctual@other.test:" + port_ +
                                "/postgres?sslmode=verify-full" + trusting("authority");
    EXPECT_THAT(message_of([&] {
                    const detail::PostgresqlConnection connection(
                        detail::parse_postgresql_url(by_name),
                        [](const std::string&) { return std::vector<std::string>{"127.0.0.1"}; });
                }),
                HasSubstr("does not match host name \"other.test\""));
}

TEST_F(PostgresqlTls, LetsInTheClientWhoseCertificateIsGood) {
    PostgresqlClient(server_->url()).run("CREATE DATABASE members");
    const auto said = [&](const std::string& options) {
        return refusal_at(url("localhost", "members") + "&sslmode=verify-full" +
                          trusting("authority") + options);
    };
    EXPECT_EQ(said(as("client", "client")), "it worked");
    const std::vector<std::pair<std::string, std::string>> refused = {
        {"", "connection requires a valid client certificate"},
        {as("stranger", "stranger"), "unknown ca"},
        {as("visitor", "visitor"), "certificate authentication failed for user \"punctual\""},
        {as("client", "visitor"), "visitor.key"},
        {as("client", "nowhere"), "nowhere.key"}};
    for (const auto& [options, reason] : refused) {
        EXPECT_THAT(said(options),
                    AllOf(HasSubstr("postgresql://punctual@localhost:" + port_ + "/members: "),
                          HasSubstr(reason), Not(HasSubstr("secret")), Not(HasSubstr("\n"))));
    }
}

}  // namespace
}  // namespace punctual::contract
