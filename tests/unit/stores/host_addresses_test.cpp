#include "stores/host_addresses.hpp"

#include <gmock/gmock.h>
#include <punctual/errors.hpp>

#include <string>

namespace punctual::detail {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(HostAddresses, OfAnAddressAreItself) {
    EXPECT_THAT(addresses_of_host("127.0.0.1"), ElementsAre("127.0.0.1"));
    EXPECT_THAT(addresses_of_host("0:0::1"), ElementsAre("::1"));
}

TEST(HostAddresses, ThatThereAreNoneIsSaidWithTheHost) {
    // No name is as long, so nobody is asked for it.
    const std::string host(300, 'a');
    try {
        static_cast<void>(addresses_of_host(host));
        ADD_FAILURE() << "it has one";
    } catch (const ValueError& error) {
        EXPECT_THAT(error.what(), HasSubstr("the host \"" + host + "\" has no address: "));
    }
}

}  // namespace
}  // namespace punctual::detail
