#include "contract/redis_server.hpp"
#include "contract/support/server_faults.hpp"
#include "contract/support/server_restarts.hpp"

namespace punctual::contract {
namespace {

/// One that has everything on disk before it answers.
class RedisOnDisk : public RedisServer {
public:
    RedisOnDisk() : RedisServer({"--appendonly", "yes", "--appendfsync", "always"}) {}
};

}  // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(Redis, ServerFaults, ::testing::Types<RedisHost>);
INSTANTIATE_TYPED_TEST_SUITE_P(Redis, ServerRestarts, ::testing::Types<RedisOnDisk>);

using RedisFaults = ServerFaults<RedisHost>;

// They come in several parts, and are one step all the same.
TEST_F(RedisFaults, AddVeryManyJobsTogetherOrNotAtAllWhicheverMessageIsLost) {
    std::vector<JobRecord> jobs;
    for (int i = 0; i < 5000; ++i) jobs.push_back(make_job(std::to_string(i), begin + 1h));
    for (const auto loss : {Loss::question, Loss::answer}) {
        const int messages = lose_each_message(
            loss, [](JobStore&) {}, [&](JobStore& store) { store.add(jobs); },
            [&](JobStore& store) {
                static_cast<void>(store.unsettled());
                const std::size_t count = store.list({}, 10'000).jobs.size();
                EXPECT_TRUE(count == 8 || count == 5008) << count;
                const std::size_t conflicts = store.add(jobs).size();
                EXPECT_EQ(conflicts, count == 8 ? 0u : 5000u);
            });
        EXPECT_GT(messages, 2);
    }
}

}  // namespace punctual::contract
