#pragma once
// What the tests of settings share.

#include <punctual/config.hpp>
#include <punctual/errors.hpp>

#include <gtest/gtest.h>

#include <string>

#include "stores/store_registry.hpp"

namespace punctual {

/// A program that has the component `sqlite`, as far as settings can tell.
class SettingsTest : public testing::Test {
protected:
    SettingsTest() {
        detail::register_store_scheme("sqlite",
                                      [](const std::string&) { return make_memory_store(); });
    }
};

/// The message of the ConfigurationError that `read` throws.
template <class Read>
std::string error_of(Read read) {
    try {
        read();
    } catch (const ConfigurationError& error) {
        return error.what();
    }
    return "no error";
}

/// The message about settings in JSON.
inline std::string settings_error(std::string_view json) {
    return error_of([&] { static_cast<void>(options_from(Value::from_json(json))); });
}

inline void expect_equal(const SchedulerOptions& actual, const SchedulerOptions& expected) {
    EXPECT_EQ(actual.stores, expected.stores);
    EXPECT_EQ(actual.executors, expected.executors);
    EXPECT_EQ(actual.job_defaults, expected.job_defaults);
    EXPECT_EQ(actual.timezone, expected.timezone);
    EXPECT_EQ(actual.history.runs_per_job, expected.history.runs_per_job);
    EXPECT_EQ(actual.history.runs, expected.history.runs);
    EXPECT_EQ(actual.history.age, expected.history.age);
}

}  // namespace punctual
