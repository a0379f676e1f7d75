#include "unit/config/config_testing.hpp"

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

TEST(ExecutorSettings, ProcessesAreRefusedByEitherName) {
    const std::string reason =
        " asks for a pool of processes, which no component of this version brings; use "
        "\"threadpool\", or \"commands\" for programs";
    EXPECT_EQ(error(Value::object({{"type", "processpool"}, {"max_workers", "5"}})),
              "executors.a.type" + reason);
    EXPECT_EQ(error(Value::object({{"class", "apscheduler.executors.pool:ProcessPoolExecutor"}})),
              "executors.a.class" + reason);
}

TEST(ExecutorSettings, AnUnknownTypeComesWithTheKnownOnes) {
    EXPECT_EQ(
        error(Value::object({{"type", "gevent"}})),
        "executors.a.type is \"gevent\"; \"threadpool\", \"commands\" or \"inline\" is needed");
}

TEST(ExecutorSettings, APoolHasAtLeastOneWorker) {
    EXPECT_EQ(error(Value::object({{"max_workers", 0}})),
              "executors.a.max_workers is 0; a whole number from 1 to 2147483647 is needed");
    EXPECT_EQ(error(Value::object({{"max_workers", "many"}})),
              "executors.a.max_workers is \"many\"; a whole number from 1 to 2147483647 is needed");
}

}  // namespace
}  // namespace punctual
