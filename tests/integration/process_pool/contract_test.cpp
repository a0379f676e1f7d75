#include <punctual/testing/executor_contract.hpp>

namespace punctual::testing {
namespace {

const auto nothing = task("nothing", [] {});
const auto failing = task("failing", [] { throw std::runtime_error("meant to fail"); });

ExecutorUnderTest pool_of(std::string name, std::shared_ptr<Executor> (*make)()) {
    return {.name = std::move(name),
            .make = make,
            .success = [] { return nothing(); },
            .failure = [] { return failing(); }};
}

const ExecutorUnderTest one_process = pool_of("one_process", [] { return make_process_pool(1); });
const ExecutorUnderTest three_processes =
    pool_of("three_processes", [] { return make_process_pool(3); });
// Which are replaced all the time.
const ExecutorUnderTest short_lived =
    pool_of("short_lived", [] { return make_process_pool(2, {.max_runs_per_worker = 100}); });

const auto each_pool = ::testing::Values(one_process, three_processes, short_lived);

INSTANTIATE_TEST_SUITE_P(ProcessPool, ExecutorContract, each_pool, name_of_executor);
INSTANTIATE_TEST_SUITE_P(ProcessPool, TaskExecutorContract, each_pool, name_of_executor);
INSTANTIATE_TEST_SUITE_P(ProcessPool, ConcurrentExecutorContract, each_pool, name_of_executor);
INSTANTIATE_TEST_SUITE_P(ProcessPool, NamedExecutorContract, each_pool, name_of_executor);

}  // namespace
}  // namespace punctual::testing
