#include <punctual/executors/command.hpp>
#include <punctual/testing/executor_contract.hpp>

namespace punctual::testing {
namespace {

const ExecutorUnderTest inline_executor{.name = "inline",
                                        .make = [] { return make_inline_executor(); }};
const ExecutorUnderTest one_thread{.name = "one_thread",
                                   .make = [] { return make_thread_pool(1); }};
const ExecutorUnderTest four_threads{.name = "four_threads",
                                     .make = [] { return make_thread_pool(4); }};
// Each run of these is a process.
const ExecutorUnderTest commands{.name = "commands",
                                 .make = [] { return make_command_executor(4); },
                                 .success = [] { return command({"true"}); },
                                 .failure = [] { return command({"false"}); },
                                 .many = 100};
const ExecutorUnderTest commands_in_a_pool{.name = "commands_in_a_pool",
                                           .make = [] { return make_thread_pool(4); },
                                           .success = [] { return command({"true"}); },
                                           .failure = [] { return command({"false"}); },
                                           .many = 100};

INSTANTIATE_TEST_SUITE_P(Executors, ExecutorContract,
                         ::testing::Values(inline_executor, one_thread, four_threads, commands,
                                           commands_in_a_pool),
                         name_of_executor);
INSTANTIATE_TEST_SUITE_P(Executors, TaskExecutorContract,
                         ::testing::Values(inline_executor, one_thread, four_threads),
                         name_of_executor);
INSTANTIATE_TEST_SUITE_P(Executors, ConcurrentExecutorContract,
                         ::testing::Values(one_thread, four_threads), name_of_executor);
INSTANTIATE_TEST_SUITE_P(Executors, CallableExecutorContract,
                         ::testing::Values(inline_executor, one_thread, four_threads),
                         name_of_executor);
INSTANTIATE_TEST_SUITE_P(Executors, SequentialExecutorContract,
                         ::testing::Values(inline_executor, one_thread), name_of_executor);

}  // namespace
}  // namespace punctual::testing
