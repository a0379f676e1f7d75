// Stores on a MariaDB server by TLS: that the server is who it says, and what is said if not.

#include <punctual/stores/mysql.hpp>
#include <punctual/testing/store_contract/fixture.hpp>

#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <vector>

#include "contract/mysql/private_server.hpp"
#include "contract/support/certificates.hpp"
#include "contract/support/silent_server.hpp"

namespace punctual::contract {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class MysqlTls : public ::testing::Test {
protected:
    void SetUp() override {
        if (!Certificates::can_make()) GTEST_SKIP() << "install the package openssl";
        certificates_ = std::make_unique<Certificates>("nobody");
        const std::vector<std::string> tls = {"--ssl-cert=" + certificates_->file("server.crt"),
                                              "--ssl-key=" + certificates_->file("server.key")};
        server_ = std::make_unique<PrivateMariadb>(port_, tls);
    }

    /// What opening a store with these options says.
    std::string said_with(const std::string& options) {
        try {
            const auto store =
                make_mysql_store("mysql://root@127.0.0.1:" + port_ + "/app?" + options);
            store->open({.access = StoreAccess::schedule, .history = {}, .now = begin});
            store->close();
            return "opened";
        } catch (const StoreError& error) {
            return error.what();
        }
    }
    [[nodiscard]] std::string trusting(const std::string& authority) const {
        return "ssl-ca=" + certificates_->file(authority + ".crt");
    }

    std::string port_ = SilentServer().port();  // which is free from here on
    std::unique_ptr<Certificates> certificates_;
    std::unique_ptr<PrivateMariadb> server_;
};

TEST_F(MysqlTls, IsVerifiedAsTheUrlSays) {
    EXPECT_EQ(said_with("ssl=required"), "opened");
    EXPECT_EQ(said_with(trusting("authority")), "opened");
    EXPECT_EQ(said_with("ssl=verify&" + trusting("authority")), "opened");
    for (const std::string& options : {"ssl=verify&" + trusting("other"), trusting("other")}) {
        EXPECT_THAT(said_with(options),
                    AllOf(HasSubstr("mysql://root@127.0.0.1:" + port_ + "/app: "),
                          HasSubstr("certificate"), Not(HasSubstr("\n"))));
    }
}

}  // namespace
}  // namespace punctual::contract
