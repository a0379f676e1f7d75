#include "contract/redis_server.hpp"
#include "contract/support/lease_contract.hpp"

namespace punctual::contract {
namespace {

class Host : public RedisHost {
public:
    void own_elsewhere(int milliseconds) {
        if (milliseconds < 0) {
            client_.command({"DEL", key()});
        } else {
            client_.command(
                {"SET", key(), "elsewhere/1/2/boot/3 0", "PX", std::to_string(milliseconds)});
        }
    }
    [[nodiscard]] std::string owner() { return client_.command({"GET", key()}); }

private:
    [[nodiscard]] std::string key() const { return "{" + prefix() + "}:scheduler"; }

    RedisClient client_{address()};
};

}  // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(Redis, StoreLeases, ::testing::Types<Host>);

}  // namespace punctual::contract
