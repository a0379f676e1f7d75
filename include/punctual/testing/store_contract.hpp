#pragma once
// What every store must do, as tests (GoogleTest). Whoever writes a store runs them on it:
//
//     class MyStoreHost {
//     public:
//         static constexpr bool keeps_jobs = true;
//         std::shared_ptr<punctual::JobStore> connect() { return make_my_store(folder_.path()); }
//     };
//     PUNCTUAL_STORE_CONTRACT(MyStore, MyStoreHost)
//
// `connect` gives another handle, not opened yet, on the same store, which is empty when the host
// is made; `keeps_jobs` says whether jobs are there still after a `close` and a new `connect`. A
// `static constexpr int many_jobs` says how many its stores can be asked to list within seconds.
// Each test has a host of its own. Time is a parameter everywhere: no test waits.
// Link with `punctual::punctual` and GoogleTest.

#include <punctual/testing/store_contract/broken_jobs.hpp>
#include <punctual/testing/store_contract/claims.hpp>
#include <punctual/testing/store_contract/failures.hpp>
#include <punctual/testing/store_contract/history.hpp>
#include <punctual/testing/store_contract/jobs.hpp>
#include <punctual/testing/store_contract/queues.hpp>
#include <punctual/testing/store_contract/runs.hpp>
#include <punctual/testing/store_contract/states.hpp>

/// Runs the whole contract on the stores of `Host`; once a name in each program.
#define PUNCTUAL_STORE_CONTRACT(Name, Host)                                        \
    namespace punctual::contract {                                                 \
    INSTANTIATE_TYPED_TEST_SUITE_P(Name, StoreJobs, ::testing::Types<Host>);       \
    INSTANTIATE_TYPED_TEST_SUITE_P(Name, StoreStates, ::testing::Types<Host>);     \
    INSTANTIATE_TYPED_TEST_SUITE_P(Name, StoreBrokenJobs, ::testing::Types<Host>); \
    INSTANTIATE_TYPED_TEST_SUITE_P(Name, StoreClaims, ::testing::Types<Host>);     \
    INSTANTIATE_TYPED_TEST_SUITE_P(Name, StoreRuns, ::testing::Types<Host>);       \
    INSTANTIATE_TYPED_TEST_SUITE_P(Name, StoreHistory, ::testing::Types<Host>);    \
    INSTANTIATE_TYPED_TEST_SUITE_P(Name, StoreQueues, ::testing::Types<Host>);     \
    INSTANTIATE_TYPED_TEST_SUITE_P(Name, StoreFailures, ::testing::Types<Host>);   \
    }                                                                              \
    static_assert(true, "the macro ends with a semicolon")
