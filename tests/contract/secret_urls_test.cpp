// Whatever is wrong with the URL of a store, nothing that is said about it shows its password.

#include <punctual/config.hpp>
#include <punctual/errors.hpp>
#include <punctual/testing/store_contract/fixture.hpp>

#include <gmock/gmock.h>

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

namespace punctual::contract {
namespace {

using ::testing::HasSubstr;

struct Scheme {
    std::string name;
    std::string database;
    /// Options whose values are secrets.
    std::vector<std::string> options;
};

const std::vector<Scheme> schemes = {
    {"postgresql", "db", {"password", "sslpassword"}},
    {"postgres", "db", {"password"}},
    {"mysql", "db", {"password", "ssl-passphrase"}},
    {"mariadb", "db", {"password"}},
    {"redis", "0", {"password"}},
    {"mongodb", "db", {"tlsCertificateKeyFilePassword", "authMechanismProperties", "password"}},
    {"mongodb+srv", "db", {"password"}},
};

/// Of each of these, "geh" and "eim" are the secret.
const std::vector<std::string> secrets = {
    "geheim",    "geh@eim",     "geh:eim",    "geh/eim",       "geh?eim",   "geh#eim",
    "geh[eim",   "geh]eim",     "geh%eim",    "geh%zzeim",     "geh%00eim", "geh%2",
    "geheim%",   "geh%40eim",   "geh%3Feim%", "geh&eim",       "geh;eim",   "geh eim",
    "geh\\eim",  "geh\"eim",    "geh,eim",    "geh@x:eim",     "geh@x/eim", "geh@x/y?eim",
    "geh@x?eim", "geh@x?eim=1", "geh?eim=1",  "geh&prefix=eim"};

/// As a login only: as the value of an option they would be something else.
const std::vector<std::string> passwords = {
    "geh?prefix=eim",  "geh@x?prefix=eim", "geh@x?schema=eim", "geh@x?lease=eim",
    "geh@x?db=eim",    "geh/0?db=eim",     "1234?eim",         "1234/eim",
    "1234?prefix=eim", "1234?schema=eim",  "1234?socket=eim"};

/// What is said to the standard streams meanwhile, where logs go too, comes to the result.
template <class F>
std::string said_by(F function) {
    ::testing::internal::CaptureStdout();
    ::testing::internal::CaptureStderr();
    std::string text = function();
    text += ::testing::internal::GetCapturedStdout();
    return text + ::testing::internal::GetCapturedStderr();
}

std::string said_about(const std::string& url, bool opens = false) {
    return said_by([&]() -> std::string {
        std::string text;
        try {
            const auto made = store(url).make();
            text = made->describe();
            if (opens) made->open({.access = StoreAccess::schedule, .history = {}, .now = begin});
        } catch (const Error& error) {
            text += error.what();
        }
        return text;
    });
}

void expect_hidden(const std::string& url, bool opens = false) {
    const std::string said = said_about(url, opens);
    for (const char* part : {"geh", "eim"}) {
        EXPECT_EQ(said.find(part), std::string::npos) << url << " says: " << said;
    }
    EXPECT_EQ(said.find('\n'), std::string::npos) << url << " says: " << said;
}

void expect_password_hidden(const Scheme& scheme, const std::string& password) {
    const std::string login = scheme.name + "://user:" + password;
    const std::string place = login + "@127.0.0.1:1/" + scheme.database;
    expect_hidden(place, true);
    for (const char* rest :
         {"?nothing=1", "?prefix=", "?prefix", "?prefix=%zz", "?lease=x", "?answer_timeout=x",
          "?connect-timeout=x", "?schema=", "?ssl=maybe", "?sslmode=maybe", "?w=x", "?="}) {
        expect_hidden(place + rest);
    }
    for (const char* rest : {"@host:port/", "@host:0/", "@host:65536/", "@[::1/", "@[::1]x/",
                             "@host:1:2/", "@one:1,two:x/", "@ho%zzst/", "@", "@/"}) {
        expect_hidden(login + rest + scheme.database);
    }
    expect_hidden(scheme.name + "://:" + password + "@127.0.0.1:1/" + scheme.database);
}

TEST(SecretUrls, ShowNoPartOfAPasswordWhateverIsWrong) {
    for (const Scheme& scheme : schemes) {
        SCOPED_TRACE(scheme.name);
        for (const std::string& secret : secrets) expect_password_hidden(scheme, secret);
        for (const std::string& password : passwords) expect_password_hidden(scheme, password);
    }
}

TEST(SecretUrls, ShowNoPasswordThatHasNoServerBehindIt) {
    for (const Scheme& scheme : schemes) {
        for (const std::string& secret : secrets) {
            // With an @ in it, what follows is a server.
            if (secret.find('@') != std::string::npos) continue;
            for (const char* rest : {"", "/db", "?nothing=1"}) {
                expect_hidden(scheme.name + "://user:" + secret + rest);
            }
        }
    }
}

TEST(SecretUrls, ShowNoPartOfAnOptionThatIsSecret) {
    for (const Scheme& scheme : schemes) {
        for (const std::string& option : scheme.options) {
            for (const std::string& secret : secrets) {
                if (secret.find('&') != std::string::npos) continue;
                for (const char* place :
                     {"://user@127.0.0.1:1/", "://127.0.0.1/", "://user:x@h/"}) {
                    const std::string url = scheme.name + place + scheme.database;
                    expect_hidden(url + "?" + option + "=" + secret);
                    expect_hidden(url + "?" + option + "=" + secret + "&prefix=%zz");
                }
            }
        }
    }
}

TEST(SecretUrls, OfASocketShowNoPasswordEither) {
    for (const std::string& secret : secrets) {
        expect_hidden("redis+unix://user:" + secret + "@/run/no.sock", true);
        expect_hidden("unix://:" + secret + "@/run/no.sock?db=x");
        expect_hidden("unix://:" + secret + "@host/run/no.sock");
    }
}

TEST(SecretUrls, TakeTheLastAtAsTheEndOfThePassword) {
    for (const char* scheme : {"postgresql", "mysql", "mongodb"}) {
        const std::string url = std::string(scheme) + "://user:p@ss/wo?rd@host:7/db";
        EXPECT_THAT(said_about(url), HasSubstr("host:7/db")) << url;
    }
    EXPECT_EQ(said_about("redis://user:p@ss/wo?rd@host:7/3"), "redis://host:7/3");
    // What is in order as it stands is read so: there is no login to end.
    EXPECT_EQ(said_about("postgresql://host:7/db?user=me@server&password=p@ss"),
              "postgresql://me%40server@host:7/db");
}

}  // namespace
}  // namespace punctual::contract
