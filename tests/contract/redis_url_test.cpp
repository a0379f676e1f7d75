// URLs of Redis stores.

#include <punctual/stores/redis.hpp>

#include <gmock/gmock.h>

#include "contract/support/refusal.hpp"

namespace punctual::contract {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(RedisUrls, AreReadStrictly) {
    for (const char* url :
         {"redis://host:0", "redis://host:x", "redis://host/x", "redis://host?db=-1",
          "redis://host?colour=blue", "redis://host?prefix=a{b}", "redis://host?prefix=",
          "redis://host?timeout=5", "redis://host?lease=10ms", "redis://user@host", "redis://[::1",
          "redis://host?prefix", "redis+unix://", "unix://server/path", "sqlite:///a"}) {
        EXPECT_THROW(static_cast<void>(make_redis_store(url)), ConfigurationError) << url;
    }
    EXPECT_THAT(message_of([] { static_cast<void>(make_redis_store("redis://:se%zzcret@host")); }),
                AllOf(HasSubstr("percent code"), Not(HasSubstr("cret"))));
}

TEST(RedisUrls, AreDescribedWithoutTheirPassword) {
    EXPECT_EQ(make_redis_store("redis://")->describe(), "redis://localhost:6379/0");
    EXPECT_EQ(make_redis_store("redis://ann:s/e@c?ret@h:7/3?prefix=jobs")->describe(),
              "redis://h:7/3?prefix=jobs");
    EXPECT_EQ(make_redis_store("redis://[::1]:7")->describe(), "redis://[::1]:7/0");
    EXPECT_EQ(make_redis_store("unix://:secret@/run/redis.sock?db=2")->describe(),
              "redis+unix:///run/redis.sock?db=2");
}

}  // namespace
}  // namespace punctual::contract
