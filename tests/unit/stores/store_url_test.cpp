#include "stores/store_url.hpp"

#include <gmock/gmock.h>
#include <punctual/errors.hpp>

#include <array>
#include <string>

namespace punctual::detail {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr std::array<std::string_view, 2> schemes = {"store", "shop"};
constexpr StoreUrlKind kind = {.name = "Shop", .schemes = schemes, .example = "shop://host/path"};

/// How a URL is read: "user|password|host:port,…|path|name=value …", or what is wrong with it.
std::string parts_of(std::string_view text) {
    try {
        const StoreUrl url(text, kind);
        std::string parts = url.user() + "|" + url.password().value_or("-") + "|";
        for (const StoreUrlServer& server : url.servers()) {
            if (parts.back() != '|') parts += ",";
            parts += server.host + ":" + std::to_string(server.port);
        }
        parts += "|" + url.path() + "|";
        for (const StoreUrlOption& option : url.options()) {
            parts += std::string(option.name) + "=" + option.value + " ";
        }
        return parts;
    } catch (const ConfigurationError& error) {
        return error.what();
    }
}

TEST(StoreUrl, HasALoginServersAPathAndOptions) {
    EXPECT_EQ(parts_of("shop://ann:pw@one:1,two/a/b?c=d&e="), "ann|pw|one:1,two:0|a/b|c=d e= ");
    EXPECT_EQ(parts_of("store://"), "|-|:0||");
    EXPECT_EQ(parts_of("shop://ann@[::1]:7"), "ann|-|::1:7||");
    EXPECT_EQ(parts_of("shop://:pw@:7/x?"), "|pw|:7|x|");
    EXPECT_EQ(parts_of("shop://%61:%40@%2Frun%2Fx/%3F?a=%26&"), "a|@|/run/x:0|?|a=& ");
    EXPECT_EQ(parts_of("shop:///run/a@b.sock"), "|-|:0|run/a@b.sock|");
}

TEST(StoreUrl, EndsItsLoginAtTheLastAtThatIsOfNoOption) {
    EXPECT_EQ(parts_of("shop://u:p@s:s/w?r#d@h/x"), "u|p@s:s/w?r#d|h:0|x|");
    EXPECT_EQ(parts_of("shop://u:12/w@h/x"), "u|12/w|h:0|x|");
    EXPECT_EQ(parts_of("shop://u:p?a=b@h/x"), "u|p?a=b|h:0|x|");
    EXPECT_EQ(parts_of("shop://h:7/x?mail=a@b"), "|-|h:7|x|mail=a@b ");
    EXPECT_EQ(parts_of("shop://u:p@h/x?mail=a@b&c=d"), "u|p|h:0|x|mail=a@b c=d ");
}

TEST(StoreUrl, SaysWhatIsWrongWithoutALogin) {
    EXPECT_EQ(parts_of("shp://u:secret@h"),
              "the URL of the Shop store does not begin with store:// or shop://; it is like "
              "shop://host/path");
    EXPECT_THAT(parts_of("shop://u:secret"), HasSubstr("a port that is no number from 1 to 65535"));
    EXPECT_THAT(parts_of("shop://u:s%xecret@h"), HasSubstr("a % in its password that begins no"));
    EXPECT_THAT(parts_of("shop://h/x?secret"), HasSubstr("an option without a value"));
    EXPECT_THAT(parts_of("shop://[::1/x"), HasSubstr("a [ without its ]"));
    for (const char* url : {"shp://u:secret@h", "shop://u:secret", "shop://u:s%xecret@h",
                            "shop://u:secret@h:0", "shop://h/x?secret"}) {
        EXPECT_THAT(parts_of(url), Not(HasSubstr("ecret"))) << url;
    }
}

/// What is said about the first option when it is read by `read`.
template <class F>
std::string said_about(const char* text, F read) {
    const StoreUrl url(text, kind);
    try {
        read(url, url.options().at(0));
        return "nothing";
    } catch (const ConfigurationError& error) {
        return error.what();
    }
}

TEST(StoreUrl, ReadsOptionsAndSaysWhatTheyCanBe) {
    const auto number = [](const StoreUrl& url, const StoreUrlOption& option) {
        EXPECT_EQ(url.number(option, 1, 9, "seconds"), 7u);
    };
    EXPECT_EQ(said_about("shop://h?wait=7", number), "nothing");
    for (const char* url : {"shop://h?wait=0", "shop://h?wait=10", "shop://h?wait=7s"}) {
        EXPECT_THAT(said_about(url, number), HasSubstr("which can be 1 to 9 seconds")) << url;
    }
    const auto duration = [](const StoreUrl& url, const StoreUrlOption& option) {
        EXPECT_EQ(url.duration(option, 1s, 1min), Duration(7s));
    };
    EXPECT_EQ(said_about("shop://h?wait=7s", duration), "nothing");
    for (const char* url : {"shop://h?wait=7", "shop://h?wait=2min", "shop://h?wait="}) {
        EXPECT_THAT(said_about(url, duration), HasSubstr("a length of time from 1s to 1m")) << url;
    }
    EXPECT_TRUE(StoreUrl("shop://h?a-b_c=1", kind).options()[0].is("a_b_c"));
}

TEST(StoreUrl, ShowsNoOptionThatMayBeOfAPassword) {
    const auto refuse = [](const StoreUrl& url, const StoreUrlOption& option) {
        url.refuse_option(option, "none");
    };
    EXPECT_THAT(said_about("shop://h?wait=7", refuse), HasSubstr("the option wait"));
    EXPECT_THAT(said_about("shop://u:p@h?secret=1&x=y@h", refuse), Not(HasSubstr("secret")));
    const auto take = [](const StoreUrl& url, const StoreUrlOption& option) {
        static_cast<void>(url.text(option));
    };
    EXPECT_THAT(said_about("shop://u:p@h?wait=secret@h", take),
                AllOf(HasSubstr("an @ in its options"), Not(HasSubstr("secret"))));
}

}  // namespace
}  // namespace punctual::detail
