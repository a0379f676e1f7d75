#include "unit/config/config_testing.hpp"

#include <chrono>

namespace punctual {
namespace {

ExecutorSpec spec(const Value& settings) {
    return options_from(Value::object({{"executors", Value::object({{"a", settings}})}}))
        .executors.at("a");
}

std::string error(const Value& settings) {
    return error_of([&] { static_cast<void>(spec(settings)); });
}

TEST(ExecutorSettings, WithoutATypeThereIsAPoolOfThreads) {
    EXPECT_EQ(spec(Value::object()), thread_pool());
    EXPECT_EQ(spec(Value::object({{"max_workers", 3}})), thread_pool(3));
}

TEST(ExecutorSettings, CommandsHaveTheirOwnNumber) {
    EXPECT_EQ(spec(Value::object({{"type", "commands"}})), command_executor());
    EXPECT_EQ(spec(Value::object({{"type", "commands"}, {"max_workers", 2}})), command_executor(2));
}

TEST(ExecutorSettings, DebugIsAPSchedulersWordForInline) {
    EXPECT_EQ(spec(Value::object({{"type", "debug"}})), inline_executor());
    EXPECT_EQ(spec(Value::object({{"class", "apscheduler.executors.debug:DebugExecutor"}})),
              inline_executor());
}

TEST(ExecutorSettings, ProcessesGoByEitherName) {
    EXPECT_EQ(spec(Value::object({{"type", "processpool"}, {"max_workers", "5"}})),
              process_pool(5));
    EXPECT_EQ(spec(Value::object({{"class", "apscheduler.executors.pool:ProcessPoolExecutor"}})),
              process_pool());
}

TEST(ExecutorSettings, ProcessesHaveOptionsOfTheirOwn) {
    EXPECT_EQ(spec(Value::object({{"type", "processpool"},
                                  {"max_workers", 2},
                                  {"max_runs_per_worker", 100},
                                  {"max_memory", "1000000000"},
                                  {"memory_limit", 2000000000},
                                  {"cpu_limit", "1min"},
                                  {"kill_after", 5},
                                  {"start_timeout", "20s"}})),
              process_pool(2, {.max_runs_per_worker = 100,
                               .max_memory = 1'000'000'000,
                               .memory_limit = 2'000'000'000,
                               .cpu_limit = std::chrono::minutes(1),
                               .kill_after = std::chrono::seconds(5),
                               .start_timeout = std::chrono::seconds(20)}));
    EXPECT_NE(process_pool(2), process_pool(2, {.max_runs_per_worker = 100}));
    EXPECT_EQ(error(Value::object({{"type", "processpool"}, {"max_memory", -1}})),
              "executors.a.max_memory is -1; a whole number from 0 to 9223372036854775807 is "
              "needed");
    EXPECT_EQ(error(Value::object({{"type", "threadpool"}, {"max_memory", 1}})).substr(0, 30),
              "executors.a: unknown key \"max_");
}

TEST(ExecutorSettings, AnUnknownTypeComesWithTheKnownOnes) {
    EXPECT_EQ(error(Value::object({{"type", "gevent"}})),
              "executors.a.type is \"gevent\"; \"threadpool\", \"processpool\", \"commands\" or "
              "\"inline\" is "
              "needed");
}

TEST(ExecutorSettings, APoolHasAtLeastOneWorker) {
    EXPECT_EQ(error(Value::object({{"max_workers", 0}})),
              "executors.a.max_workers is 0; a whole number from 1 to 2147483647 is needed");
    EXPECT_EQ(error(Value::object({{"max_workers", "many"}})),
              "executors.a.max_workers is \"many\"; a whole number from 1 to 2147483647 is needed");
}

}  // namespace
}  // namespace punctual
