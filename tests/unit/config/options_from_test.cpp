#include "unit/config/config_testing.hpp"

namespace punctual {
namespace {

class OptionsFrom : public SettingsTest {};

TEST_F(OptionsFrom, NothingAreTheDefaults) {
    expect_equal(options_from(Value::object()), {});
}

TEST_F(OptionsFrom, NestedObjectsSetEverything) {
    const auto options = options_from(Value::from_json(R"({
        "jobstores": {"default": {"url": "sqlite:///jobs.sqlite"}, "fast": {"type": "memory"}},
        "executors": {"default": {"type": "threadpool", "max_workers": 20},
                      "programs": {"type": "commands", "max_workers": 3},
                      "own": {"type": "inline"}},
        "job_defaults": {"coalesce": false, "max_instances": 3, "misfire_grace_time": "1m 30s",
                         "max_catch_up": 7, "on_lost": "rerun", "timeout": "1m",
                         "retry": {"max_attempts": 3, "delay": 2, "backoff": "fixed",
                                   "max_delay": "1h 30m", "jitter": 0.5,
                                   "on": ["failed", "lost"]},
                         "at_max_instances": "queue", "max_queued": 5, "keep_result": true},
        "timezone": "Europe/Berlin",
        "history": {"runs_per_job": 10, "runs": 500, "age": 3600}
    })"));
    expect_equal(options,
                 {
                     .stores = {{"default", store("sqlite:///jobs.sqlite")}, {"fast", memory()}},
                     .executors = {{"default", thread_pool(20)},
                                   {"programs", command_executor(3)},
                                   {"own", inline_executor()}},
                     .job_defaults = {.misfire_grace_time = 90s,
                                      .coalesce = false,
                                      .max_instances = 3,
                                      .max_catch_up = 7,
                                      .on_lost = OnLost::rerun,
                                      .timeout = 1min,
                                      .retry = {.max_attempts = 3,
                                                .delay = 2s,
                                                .backoff = Backoff::fixed,
                                                .max_delay = 90min,
                                                .jitter = 0.5,
                                                .on = {RunState::failed, RunState::lost}},
                                      .at_max_instances = AtMaxInstances::queue,
                                      .max_queued = 5,
                                      .keep_result = true},
                     .timezone = "Europe/Berlin",
                     .history = {.runs_per_job = 10, .runs = 500, .age = 1h},
                 });
}

// The example of APScheduler's user guide, less its MongoDB and its processes.
const SchedulerOptions guide = {
    .stores = {{"memory", memory()}, {"default", store("sqlite:///jobs.sqlite")}},
    .executors = {{"default", thread_pool(20)}, {"second", thread_pool(5)}},
    .job_defaults = {.coalesce = false, .max_instances = 3},
    .timezone = "UTC",
};

TEST_F(OptionsFrom, TheUserGuidesDictionaryCarriesOver) {
    expect_equal(options_from(Value::from_json(R"({
        "apscheduler.jobstores.memory": {"type": "memory"},
        "apscheduler.jobstores.default": {"type": "sqlalchemy", "url": "sqlite:///jobs.sqlite"},
        "apscheduler.executors.default": {
            "class": "apscheduler.executors.pool:ThreadPoolExecutor", "max_workers": "20"},
        "apscheduler.executors.second": {"type": "threadpool", "max_workers": "5"},
        "apscheduler.job_defaults.coalesce": "false",
        "apscheduler.job_defaults.max_instances": "3",
        "apscheduler.timezone": "UTC"
    })")),
                 guide);
}

TEST_F(OptionsFrom, FlatKeysSayTheSameAsNestedOnes) {
    expect_equal(
        options_from({
            {"apscheduler.jobstores.memory.class", "apscheduler.jobstores.memory:MemoryJobStore"},
            {"apscheduler.jobstores.default.type", "sqlalchemy"},
            {"apscheduler.jobstores.default.url", "sqlite:///jobs.sqlite"},
            {"apscheduler.executors.default.type", "threadpool"},
            {"apscheduler.executors.default.max_workers", "20"},
            {"apscheduler.executors.second.max_workers", "5"},
            {"apscheduler.job_defaults.coalesce", "false"},
            {"apscheduler.job_defaults.max_instances", "3"},
            {"apscheduler.timezone", "UTC"},
        }),
        guide);
}

TEST_F(OptionsFrom, ThePrefixMayBeATableOrLeftOut) {
    for (const char* json : {
             R"({"timezone": "Asia/Tokyo"})",
             R"({"punctual": {"timezone": "Asia/Tokyo"}})",
             R"({"punctual.timezone": "Asia/Tokyo"})",
             R"({"apscheduler": {"timezone": "Asia/Tokyo"}})",
         }) {
        EXPECT_EQ(options_from(Value::from_json(json)).timezone, TimeZone("Asia/Tokyo")) << json;
    }
}

TEST_F(OptionsFrom, AnotherPrefixMayHaveSeveralParts) {
    const Value settings = Value::from_json(R"({"app.jobs": {"job_defaults.max_instances": 4}})");
    EXPECT_EQ(options_from(settings, "app.jobs").job_defaults.max_instances, 4);
    EXPECT_EQ(options_from(settings, "app.jobs.").job_defaults.max_instances, 4);
}

TEST_F(OptionsFrom, KeysBesideThePrefixBelongToOthers) {
    const auto options =
        options_from({{"punctual.timezone", "Asia/Tokyo"}, {"server.port", "8080"}});
    EXPECT_EQ(options.timezone, TimeZone("Asia/Tokyo"));
}

TEST_F(OptionsFrom, AKeyOfASchedulerBesideThePrefixIsAMistake) {
    EXPECT_EQ(settings_error(R"({"punctual.timezone": "UTC", "executors.default.type": "inline"})"),
              "executors stands beside keys that begin with punctual; write punctual.executors");
}

TEST_F(OptionsFrom, OnlyOnePrefixIsUsed) {
    EXPECT_EQ(settings_error(R"({"punctual.timezone": "UTC", "apscheduler.timezone": "UTC"})"),
              "keys that begin with apscheduler stand beside those that begin with punctual; use "
              "one of the two");
}

TEST_F(OptionsFrom, AKeyGivenInBothFormsIsAMistake) {
    EXPECT_EQ(settings_error(R"({"history": {"runs": 3}, "history.runs": 4})"),
              "history.runs is given twice");
    EXPECT_EQ(settings_error(R"({"history": 3, "history.runs": 4})"), "history is given twice");
}

TEST_F(OptionsFrom, AnUnknownKeyComesWithTheNearestKnownOne) {
    EXPECT_EQ(settings_error(R"({"jobstore": {}})"),
              "unknown key \"jobstore\"; did you mean jobstores?");
    EXPECT_EQ(settings_error(R"({"job_defaults": {"coalese": true}})"),
              "job_defaults: unknown key \"coalese\"; did you mean coalesce?");
    EXPECT_EQ(settings_error(R"({"punctual.executors.default.colour": "red"})"),
              "punctual.executors.default: unknown key \"colour\"; known are type, class, "
              "max_workers");
    EXPECT_EQ(settings_error(R"({"punctal.timezone": "UTC"})"),
              "unknown key \"punctal\"; did you mean punctual?");
}

TEST_F(OptionsFrom, ATableIsNoText) {
    EXPECT_EQ(settings_error(R"("sqlite")"),
              "what holds the settings is text; a table of keys and values is needed");
    EXPECT_EQ(settings_error(R"({"executors": {"default": "threadpool"}})"),
              "executors.default is text; a table of keys and values is needed");
}

TEST_F(OptionsFrom, AnUnknownZoneIsNamed) {
    EXPECT_TRUE(settings_error(R"({"timezone": "Europe/Atlantis"})").starts_with("timezone: "));
    EXPECT_EQ(settings_error(R"({"timezone": 1})"),
              "timezone is 1; a name such as \"Europe/Berlin\" is needed");
}

}  // namespace
}  // namespace punctual
