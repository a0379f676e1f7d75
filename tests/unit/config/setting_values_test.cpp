#include <tuple>

#include "unit/config/config_testing.hpp"

namespace punctual {
namespace {

JobDefaults defaults_from(const char* key, const Value& value) {
    return options_from(Value::object({{"job_defaults", Value::object({{key, value}})}}))
        .job_defaults;
}

std::string default_error(const char* key, const Value& value) {
    return error_of([&] { std::ignore = defaults_from(key, value); });
}

TEST(SettingValues, BooleansMayBeAPSchedulersWords) {
    for (const char* word : {"true", "True", "yes", "ON", "1"}) {
        EXPECT_TRUE(defaults_from("coalesce", word).coalesce) << word;
    }
    for (const char* word : {"false", "False", "no", "OFF", "0"}) {
        EXPECT_FALSE(defaults_from("coalesce", word).coalesce) << word;
    }
    EXPECT_EQ(default_error("coalesce", "maybe"),
              "job_defaults.coalesce is \"maybe\"; true or false is needed");
    EXPECT_EQ(default_error("coalesce", 1), "job_defaults.coalesce is 1; true or false is needed");
}

TEST(SettingValues, WholeNumbersMayBeText) {
    EXPECT_EQ(defaults_from("max_instances", "3").max_instances, 3);
    for (const Value& wrong : {Value("3x"), Value(""), Value(0), Value("-1"), Value(2.5)}) {
        EXPECT_EQ(default_error("max_instances", wrong),
                  "job_defaults.max_instances is " + wrong.to_json() +
                      "; a whole number from 1 to 2147483647 is needed");
    }
}

TEST(SettingValues, WholeNumbersBeyondTheRangeAreRefused) {
    EXPECT_EQ(default_error("max_catch_up", 2'147'483'648),
              "job_defaults.max_catch_up is 2147483648; a whole number from 1 to 2147483647 is "
              "needed");
}

Retry retry_from(std::initializer_list<std::pair<const std::string, std::string>> settings) {
    return options_from(settings).job_defaults.retry;
}

TEST(SettingValues, RetriesMayBeFlat) {
    EXPECT_EQ(
        retry_from({{"punctual.job_defaults.retry.max_attempts", "3"},
                    {"punctual.job_defaults.retry.jitter", "0.25"},
                    {"punctual.job_defaults.retry.on", "failed, cancelled"}}),
        (Retry{.max_attempts = 3, .jitter = 0.25, .on = {RunState::failed, RunState::cancelled}}));
}

TEST(SettingValues, WrongRetriesAreNamed) {
    const auto error = [](const char* key, const char* value) {
        return error_of([&] {
            std::ignore = retry_from({{std::string("job_defaults.retry.") + key, value}});
        });
    };
    EXPECT_EQ(error("jitter", "2"),
              "job_defaults.retry.jitter is \"2\"; a number from 0 to 1 is needed");
    EXPECT_EQ(error("on", "often"),
              "job_defaults.retry.on is \"often\"; a list of \"failed\", \"cancelled\" and "
              "\"lost\" is needed");
    EXPECT_EQ(error("on", "skipped"),
              "job_defaults.retry.on is skipped: it can have failed, cancelled and lost");
    EXPECT_EQ(error("backoff", "linear"),
              "job_defaults.retry.backoff is \"linear\"; \"fixed\" or \"exponential\" is needed");
    EXPECT_EQ(default_error("at_max_instances", "wait"),
              "job_defaults.at_max_instances is \"wait\"; \"skip\", \"queue\" or \"replace\" is "
              "needed");
}

TEST(SettingValues, LengthsAreSecondsOrText) {
    EXPECT_EQ(defaults_from("misfire_grace_time", 30).misfire_grace_time, Duration(30s));
    EXPECT_EQ(defaults_from("misfire_grace_time", 0.25).misfire_grace_time, Duration(250ms));
    EXPECT_EQ(defaults_from("misfire_grace_time", "3600").misfire_grace_time, Duration(1h));
    EXPECT_EQ(defaults_from("misfire_grace_time", "1h 30m").misfire_grace_time, Duration(90min));
}

TEST(SettingValues, NoLimitIsUnlimitedOrNull) {
    EXPECT_EQ(defaults_from("misfire_grace_time", "unlimited").misfire_grace_time, unlimited);
    EXPECT_EQ(defaults_from("misfire_grace_time", nullptr).misfire_grace_time, unlimited);
}

TEST(SettingValues, LengthsAreLongerThanNothing) {
    for (const Value& wrong : {Value(0), Value(-5), Value("0s"), Value("soon"), Value(1e300),
                               Value(true), Value("nan")}) {
        EXPECT_EQ(default_error("misfire_grace_time", wrong),
                  "job_defaults.misfire_grace_time is " + wrong.to_json() +
                      "; a number of seconds above 0, or text such as \"30s\", \"1h 30m\" or "
                      "\"unlimited\", is needed");
    }
}

TEST(SettingValues, WhatBecomesOfLostRunsIsOneOfTwoWords) {
    EXPECT_EQ(defaults_from("on_lost", "rerun").on_lost, OnLost::rerun);
    EXPECT_EQ(defaults_from("on_lost", "record").on_lost, OnLost::record);
    EXPECT_EQ(default_error("on_lost", "retry"),
              "job_defaults.on_lost is \"retry\"; \"record\" or \"rerun\" is needed");
}

TEST(SettingValues, HistoryMayBeNone) {
    const auto options = options_from({{"history.runs", "0"}, {"history.runs_per_job", "0"}});
    EXPECT_EQ(options.history.runs, 0);
    EXPECT_EQ(options.history.runs_per_job, 0);
}

}  // namespace
}  // namespace punctual
