#include "contract/mongodb_server.hpp"
#include "contract/support/lease_contract.hpp"

namespace punctual::contract {
namespace {

class Host : public MongoHost {
public:
    void own_elsewhere(int milliseconds) {
        client_.command(R"({"update": ")" + collection() +
                        R"(", "updates": [{"q": {"_id": "store"}, "u": {"$set": {"owner": )"
                        R"("elsewhere/1/2/boot/3", "lease": )" +
                        std::to_string(milliseconds) +
                        R"(}, "$currentDate": {"heard_of": true}}}]})");
    }
    [[nodiscard]] std::string owner() {
        return client_.command(R"({"find": ")" + collection() + "\"}");
    }

private:
    [[nodiscard]] std::string collection() const { return prefix() + ".store"; }

    MongoClient client_;
};

}  // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(MongoDb, StoreLeases, ::testing::Types<Host>);

}  // namespace punctual::contract
