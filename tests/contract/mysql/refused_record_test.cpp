// A server that takes little at once, and runs whose records are longer.

#include <punctual/testing/store_contract/failure_stage.hpp>

#include <gmock/gmock.h>

#include "contract/mysql/mysql_server.hpp"
#include "contract/mysql/private_server.hpp"

namespace punctual::contract {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

const auto return_60_kb =
    task("punctual.mysql_test.return_60_kb", [] { return std::string(60'000, 'x'); });

TEST(MysqlWithSmallPackets, KeepsRunsWithoutWhatIsTooLong) {
    if (!PrivateMariadb::can_start()) {
        GTEST_SKIP() << "there is no server: run script/test-servers ctest";
    }
    PrivateMariadb server;
    MysqlClient("root", server.socket()).run("SET GLOBAL max_allowed_packet = 32768");
    FailureStage stage(make_mysql_store(server.url()));
    stage.scheduler.add_job(return_60_kb(), interval(stage.period),
                            {.id = "long", .keep_result = true, .store = "shaky"});
    stage.scheduler.run_for(60s);
    EXPECT_TRUE(stage.outages().empty());
    EXPECT_EQ(run_log.instants(stage.shaky).size(), 6u) << "others go on";
    const auto records = stage.scheduler.get_runs({.job_id = "long"}, "shaky");
    ASSERT_EQ(records.size(), 6u);
    for (const RunRecord& record : records) {
        EXPECT_EQ(record.state, RunState::succeeded);
        EXPECT_THAT(record.reason,
                    AllOf(HasSubstr("its result (60002 bytes)"), HasSubstr("max_allowed_packet")));
    }
    stage.scheduler.remove_job("long", "shaky");
    stage.come_to_rest();
    stage.check();
}

}  // namespace
}  // namespace punctual::contract
