// Without a server every test is skipped, and says how to have one.

#include "contract/mysql/mysql_server.hpp"

namespace {

class ServerEnvironment final : public testing::Environment {
public:
    void SetUp() override {
        if (punctual::contract::mysql_url() == nullptr) {
            GTEST_SKIP() << "there is no MariaDB: run this by script/test-servers";
        }
    }
};

const testing::Environment* const environment =
    testing::AddGlobalTestEnvironment(new ServerEnvironment);

}  // namespace
