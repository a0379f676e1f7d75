#pragma once
// Without its server every test of a program is skipped, and says how to have one.

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

namespace punctual::contract {

class ServerEnvironment final : public ::testing::Environment {
public:
    ServerEnvironment(std::string server, const char* variable)
        : server_(std::move(server)), is_there_(std::getenv(variable) != nullptr) {}
    void SetUp() override {
        if (is_there_) return;
        // GoogleTest leaves the tests out, and counts them as passed; ctest looks for this word.
        std::printf("[  SKIPPED ] there is no %s: run this by script/test-servers\n",
                    server_.c_str());
        GTEST_SKIP();
    }

private:
    std::string server_;
    bool is_there_;
};

}  // namespace punctual::contract

/// Once in a program: all of its tests need that server, whose URL is in the variable.
#define PUNCTUAL_TESTS_NEED_SERVER(server, variable)              \
    static const testing::Environment* const server_environment = \
        testing::AddGlobalTestEnvironment(                        \
            new punctual::contract::ServerEnvironment(server, variable))
