#pragma once
// The contract of drivers, as tests (GoogleTest) that each of them passes. For a scheduler in a
// loop of your own, say how to make and run one:
//
//     class MyLoopUnderTest final : public punctual::testing::LoopUnderTest { … };
//     PUNCTUAL_LOOP_CONTRACT(MyLoop, MyLoopUnderTest);
//
// If the loop can be gone before its scheduler, a `DestructibleLoopUnderTest` and
// PUNCTUAL_DESTRUCTIBLE_LOOP_CONTRACT. For a scheduler in no event loop, a `DriverUnderTest` and
// PUNCTUAL_DRIVER_CONTRACT. The tests wait
// for what has to happen, and no test asserts how long that takes: what does not happen shows as a
// test that does not end.

#include <punctual/testing/driver_contract/driver.hpp>
#include <punctual/testing/driver_contract/loop.hpp>
#include <punctual/testing/driver_contract/loop_end.hpp>
#include <punctual/testing/driver_contract/loop_threads.hpp>

/// Runs what holds for every driver on `Under`; once a name in each program.
#define PUNCTUAL_DRIVER_CONTRACT(Name, Under)                                      \
    namespace punctual::testing {                                                  \
    INSTANTIATE_TYPED_TEST_SUITE_P(Name, DriverContract, ::testing::Types<Under>); \
    }                                                                              \
    static_assert(true, "the macro ends with a semicolon")

/// Runs the whole contract on the schedulers of an event loop.
#define PUNCTUAL_LOOP_CONTRACT(Name, Under)                                             \
    PUNCTUAL_DRIVER_CONTRACT(Name, Under);                                              \
    namespace punctual::testing {                                                       \
    INSTANTIATE_TYPED_TEST_SUITE_P(Name, LoopContract, ::testing::Types<Under>);        \
    INSTANTIATE_TYPED_TEST_SUITE_P(Name, LoopEndContract, ::testing::Types<Under>);     \
    INSTANTIATE_TYPED_TEST_SUITE_P(Name, LoopThreadsContract, ::testing::Types<Under>); \
    }                                                                                   \
    static_assert(true, "the macro ends with a semicolon")

/// The same, and what holds once the loop is gone.
#define PUNCTUAL_DESTRUCTIBLE_LOOP_CONTRACT(Name, Under)                             \
    PUNCTUAL_LOOP_CONTRACT(Name, Under);                                             \
    namespace punctual::testing {                                                    \
    INSTANTIATE_TYPED_TEST_SUITE_P(Name, LoopGoneContract, ::testing::Types<Under>); \
    }                                                                                \
    static_assert(true, "the macro ends with a semicolon")
