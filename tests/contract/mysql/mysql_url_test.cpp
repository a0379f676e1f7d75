// What URLs of stores on MariaDB say, and what messages show of them.

#include <punctual/stores/mysql.hpp>

#include <gmock/gmock.h>

#include <string>

#include "stores/mysql/location.hpp"

namespace punctual {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::string shown(const std::string& url) {
    try {
        return make_mysql_store(url)->describe();
    } catch (const ConfigurationError& error) {
        return error.what();
    }
}

TEST(MysqlUrl, IsShownWithoutThePassword) {
    EXPECT_EQ(shown("mysql://app:s%40cret@db.example:3307/app"), "mysql://app@db.example:3307/app");
    EXPECT_EQ(shown("mariadb://app:secret@[::1]/app"), "mysql://app@[::1]/app");
    EXPECT_EQ(shown("mysql:///app?socket=/run/my%20sql.sock&prefix=cron_"),
              "mysql:///app?socket=/run/my%20sql.sock&prefix=cron_");
    EXPECT_EQ(shown("mysql://app:secret@host/app?ssl-key=/secret&ssl=off&charset=utf8mb4"),
              "mysql://app@host/app");
    EXPECT_EQ(shown("mysql:///app?unix_socket=/run/my.sock"), "mysql:///app?socket=/run/my.sock");
}

TEST(MysqlUrl, OfASecretWithRawCharactersShowsNoneOfIt) {
    for (const char* url : {"mysql://app:se@cret:x@host/app", "mysql://app:se/cret@host/app",
                            "mysql://app:se%cret@host/app", "mysql://app:se?cret=1@host/app",
                            "mysql://app:secret@host:port/app", "mysql://app:secret@host"}) {
        EXPECT_THAT(shown(url), Not(HasSubstr("cret"))) << url;
    }
}

TEST(MysqlUrl, ThatIsMalformedIsRefusedWithWhatIsAllowed) {
    EXPECT_THAT(shown("mysql://host/"), HasSubstr("names no database"));
    EXPECT_THAT(shown("mysql://host:0/app"), HasSubstr("from 1 to 65535"));
    EXPECT_THAT(shown("mysql://host:65536/app"), HasSubstr("from 1 to 65535"));
    EXPECT_THAT(shown("mysql://host/app?prefix=Cron"),
                AllOf(HasSubstr("prefix=Cron"), HasSubstr("a-z, 0-9 and _")));
    EXPECT_THAT(shown("mysql://host/app?ssl=maybe"),
                HasSubstr("ssl=maybe, which can be DISABLED (off), PREFERRED,"));
    EXPECT_THAT(shown("mysql://host/app?connect-timeout=0"), HasSubstr("1 to 3600 seconds"));
    EXPECT_THAT(shown("mysql://host/app?answer-timeout=1h"), HasSubstr("answer-timeout=1h"));
    EXPECT_THAT(shown("mysql://host/app?charset=latin1"), HasSubstr("only utf8mb4"));
    EXPECT_THAT(shown("mysql://host/app?prefx=a"),
                AllOf(HasSubstr("the option prefx"), HasSubstr("socket, prefix")));
}

detail::MysqlLocation::Tls tls_of(const std::string& options) {
    return detail::parse_mysql_url("mysql://host/app?" + options).tls;
}

TEST(MysqlUrl, NamesTheModesOfTlsAsMysqlDoes) {
    using Tls = detail::MysqlLocation::Tls;
    EXPECT_EQ(tls_of(""), Tls::off);
    EXPECT_EQ(tls_of("ssl-mode=DISABLED"), Tls::off);
    EXPECT_EQ(tls_of("ssl-mode=PREFERRED"), Tls::preferred);
    EXPECT_EQ(tls_of("ssl_mode=REQUIRED"), Tls::required);
    EXPECT_EQ(tls_of("sslMode=VERIFY_CA&ssl-ca=ca.crt"), Tls::verify_authority);
    EXPECT_EQ(tls_of("sslmode=verify-ca&ssl_ca=ca.crt"), Tls::verify_authority);
    EXPECT_EQ(tls_of("ssl-mode=Verify_Identity"), Tls::verify);
    EXPECT_EQ(tls_of("sslMode=verify-full"), Tls::verify);
    EXPECT_EQ(tls_of("ssl=verify&ssl-mode=VERIFY_IDENTITY"), Tls::verify);
}

TEST(MysqlUrl, ThatNamesFilesOfTlsWantsIt) {
    using Tls = detail::MysqlLocation::Tls;
    EXPECT_EQ(tls_of("ssl-ca=ca.crt"), Tls::verify);
    EXPECT_EQ(tls_of("ssl-cert=me.crt&ssl-key=me.key"), Tls::required);
    EXPECT_EQ(tls_of("ssl-ca=ca.crt&ssl-mode=REQUIRED"), Tls::verify_authority);
    EXPECT_EQ(tls_of("ssl-ca=ca.crt&ssl-mode=DISABLED"), Tls::off);
}

TEST(MysqlUrl, ThatContradictsItselfAboutTlsIsRefused) {
    EXPECT_THAT(shown("mysql://host/app?ssl-mode=PREFERRED&ssl-ca=ca.crt"),
                HasSubstr("VERIFY_CA or VERIFY_IDENTITY"));
    EXPECT_THAT(shown("mysql://host/app?ssl-mode=VERIFY_CA"), HasSubstr("no ssl-ca"));
    EXPECT_THAT(shown("mysql://host/app?ssl-mode=REQUIRED&ssl=off"), HasSubstr("two options"));
    EXPECT_THAT(shown("mysql://host/app?ssl-mode=true"),
                HasSubstr("ssl-mode=true, which can be DISABLED"));
    EXPECT_THAT(shown("mysql://host/app?useSSL=true"),
                AllOf(HasSubstr("the option useSSL"), HasSubstr("ssl-mode")));
}

}  // namespace
}  // namespace punctual
