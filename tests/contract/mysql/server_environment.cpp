// Without a server every test is skipped, and says how to have one.

#include <cstdio>

#include "contract/mysql/mysql_server.hpp"

namespace {

class ServerEnvironment final : public testing::Environment {
public:
    void SetUp() override {
        if (punctual::contract::mysql_url() != nullptr) return;
        // GoogleTest leaves the tests out, and counts them as passed; ctest looks for this word.
        std::puts("[  SKIPPED ] there is no MariaDB: run this by script/test-servers");
        GTEST_SKIP();
    }
};

const testing::Environment* const environment =
    testing::AddGlobalTestEnvironment(new ServerEnvironment);

}  // namespace
