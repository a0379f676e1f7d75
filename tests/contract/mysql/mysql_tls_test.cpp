// Stores on a MariaDB server by TLS: that the server is who it says, and what is said if not.

#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "contract/mysql/mysql_server.hpp"
#include "contract/mysql/private_server.hpp"
#include "contract/support/certificates.hpp"
#include "contract/support/refusal.hpp"
#include "contract/support/silent_server.hpp"

namespace punctual::contract {
namespace {

using ::testing::AllOf;
using ::testing::ContainsRegex;
using ::testing::HasSubstr;
using ::testing::Not;

class MysqlTls : public ::testing::Test {
protected:
    void SetUp() override {
        if (!Certificates::can_make()) GTEST_SKIP() << "install the package openssl";
        certificates_ = std::make_unique<Certificates>("nobody");
        const std::vector<std::string> tls = {"--ssl-cert=" + certificates_->file("server.crt"),
                                              "--ssl-key=" + certificates_->file("server.key"),
                                              "--ssl-ca=" + certificates_->file("authority.crt")};
        server_ = std::make_unique<PrivateMariadb>(port_, tls);
    }

    /// What opening a store with these options says.
    [[nodiscard]] std::string said_with(
        const std::string& options, const std::string& login_and_host = "root@127.0.0.1") const {
        return refusal_at("mysql://" + login_and_host + ":" + port_ + "/app?" + options);
    }
    [[nodiscard]] std::string trusting(const std::string& authority) const {
        return "ssl-ca=" + certificates_->file(authority + ".crt");
    }
    [[nodiscard]] std::string as(const std::string& certificate, const std::string& key) const {
        return "ssl-cert=" + certificates_->file(certificate + ".crt") +
               "&ssl-key=" + certificates_->file(key + ".key");
    }

    std::string port_ = SilentServer().port();  // which is free from here on
    std::unique_ptr<Certificates> certificates_;
    std::unique_ptr<PrivateMariadb> server_;
};

TEST_F(MysqlTls, IsVerifiedAsTheUrlSays) {
    EXPECT_EQ(said_with("ssl=required"), "it worked");
    EXPECT_EQ(said_with(trusting("authority")), "it worked");
    EXPECT_EQ(said_with("ssl=verify&" + trusting("authority")), "it worked");
    for (const std::string& options : {"ssl=verify&" + trusting("other"), trusting("other")}) {
        EXPECT_THAT(said_with(options),
                    AllOf(HasSubstr("mysql://root@127.0.0.1:" + port_ + "/app: "),
                          HasSubstr("certificate"), Not(HasSubstr("\n"))));
    }
    EXPECT_THAT(said_with(trusting("nowhere")),
                HasSubstr("the file " + certificates_->file("nowhere.crt") +
                          " of ssl-ca cannot be read: No such file or directory"));
}

TEST_F(MysqlTls, IsCheckedAsMuchAsItsModeSays) {
    // It is the address that the certificate is for, and not the name.
    const auto by_other_name = [&](const std::string& options) {
        return said_with(options, "root@127.1");
    };
    EXPECT_EQ(said_with("ssl-mode=VERIFY_IDENTITY&" + trusting("authority")), "it worked");
    EXPECT_THAT(by_other_name("ssl-mode=VERIFY_IDENTITY&" + trusting("authority")),
                HasSubstr("Validation of SSL server certificate failed"));
    EXPECT_EQ(by_other_name("ssl-mode=VERIFY_CA&" + trusting("authority")), "it worked");
    EXPECT_EQ(by_other_name("ssl-mode=REQUIRED&" + trusting("authority")), "it worked");
    EXPECT_EQ(by_other_name("ssl-mode=REQUIRED"), "it worked");
    for (const char* mode : {"REQUIRED", "VERIFY_CA", "VERIFY_IDENTITY"}) {
        EXPECT_THAT(said_with("ssl-mode=" + std::string(mode) + "&" + trusting("other")),
                    HasSubstr("certificate"));
    }
}

TEST_F(MysqlTls, IsThereWherePreferredIfTheServerHasIt) {
    MysqlClient root("root", server_->socket());
    root.run("CREATE USER careful@'%' REQUIRE SSL");
    root.run("GRANT ALL ON app.* TO careful@'%'");
    EXPECT_THAT(said_with("ssl-mode=DISABLED", "careful@127.0.0.1"), HasSubstr("Access denied"));
    EXPECT_EQ(said_with("ssl-mode=PREFERRED", "careful@127.0.0.1"), "it worked");
}

TEST_F(MysqlTls, LetsInTheClientWhoseCertificateIsGood) {
    MysqlClient root("root", server_->socket());
    root.run("CREATE USER member@'%' IDENTIFIED BY 'secret' REQUIRE SUBJECT '/CN=punctual'");
    root.run("GRANT ALL ON app.* TO member@'%'");
    const auto said = [&](const std::string& options) {
        return said_with(trusting("authority") + options, "member:secret@127.0.0.1");
    };
    EXPECT_EQ(said("&" + as("client", "client")), "it worked");
    const std::vector<std::pair<std::string, std::string>> refused = {
        {"", "Access denied for user 'member'"},
        {"&" + as("stranger", "stranger"),
         "unknown ca|does the server trust the certificate of ssl-cert"},
        {"&" + as("visitor", "visitor"), "Access denied for user 'member'"},
        {"&" + as("client", "visitor"), "key values mismatch"},
        {"&" + as("client", "nowhere"), "nowhere.key"}};
    for (const auto& [options, reason] : refused) {
        EXPECT_THAT(said(options),
                    AllOf(HasSubstr("mysql://member@127.0.0.1:" + port_ + "/app: "),
                          ContainsRegex(reason), Not(HasSubstr("secret")), Not(HasSubstr("\n"))));
    }
}

}  // namespace
}  // namespace punctual::contract
