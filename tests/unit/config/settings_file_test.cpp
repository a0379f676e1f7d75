#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "config/json_key_lines.hpp"
#include "unit/config/config_testing.hpp"

namespace punctual {
namespace {

class SettingsFiles : public SettingsTest {
protected:
    SettingsFiles() { std::filesystem::create_directory(folder_); }
    ~SettingsFiles() override { std::filesystem::remove_all(folder_); }

    [[nodiscard]] std::string write(const char* name, std::string_view text) const {
        const std::string path = (folder_ / name).string();
        std::ofstream(path) << text;
        return path;
    }
    static std::string error(const std::string& path) {
        return error_of([&] { static_cast<void>(options_from_file(path)); });
    }

private:
    std::filesystem::path folder_ =
        std::filesystem::temp_directory_path() / ("punctual-settings-" + std::to_string(getpid()));
};

TEST_F(SettingsFiles, TomlAndJsonSayTheSame) {
    const auto toml = options_from_file(write("scheduler.toml", R"(
timezone = "Europe/Berlin"
executors.default.max_workers = 4

[job_defaults]
coalesce = false
)"));
    const auto json = options_from_file(write("scheduler.json", R"({
        "timezone": "Europe/Berlin",
        "executors.default": {"max_workers": 4},
        "job_defaults": {"coalesce": false}
    })"));
    expect_equal(toml, json);
    expect_equal(toml, {.executors = {{"default", thread_pool(4)}},
                        .job_defaults = {.coalesce = false},
                        .timezone = "Europe/Berlin"});
}

TEST_F(SettingsFiles, AMistakeInTomlComesWithItsLine) {
    const std::string path = write("scheduler.toml", R"([punctual.executors.default]
type = "threadpool"
max_workers = "many"
)");
    EXPECT_EQ(error(path), path +
                               ":3: punctual.executors.default.max_workers is \"many\"; a whole "
                               "number from 1 to 2147483647 is needed");
}

TEST_F(SettingsFiles, AMistakeInJsonComesWithItsLine) {
    const std::string path = write("scheduler.json", R"({
    "apscheduler.timezone": "UTC",
    "apscheduler.executors.default": {
        "type": "threadpool",
        "max_worker": 3
    }
})");
    EXPECT_EQ(error(path), path +
                               ":5: apscheduler.executors.default: unknown key \"max_worker\"; "
                               "did you mean max_workers?");
}

TEST_F(SettingsFiles, AMissingKeyIsSoughtInTheTableThatLacksIt) {
    const std::string path = write("scheduler.toml", R"(timezone = "UTC"
[jobstores.default]
type = "sqlalchemy"
)");
    EXPECT_EQ(error(path), path +
                               ":2: jobstores.default.url is missing; a store of the type "
                               "sqlalchemy needs it");
}

TEST_F(SettingsFiles, MalformedTextComesWithItsLine) {
    const std::string toml = write("scheduler.toml", "timezone = \"UTC\"\nhistory =\n");
    EXPECT_TRUE(error(toml).starts_with(toml + ":2: ")) << error(toml);
    const std::string json = write("scheduler.json", "{\"timezone\": \"UTC\",\n nonsense}");
    EXPECT_TRUE(error(json).starts_with(json + ": not JSON: parse error at line 2, column "))
        << error(json);
}

TEST_F(SettingsFiles, OnlyTomlAndJsonAreRead) {
    EXPECT_EQ(error("scheduler.yaml"),
              "scheduler.yaml: a file of settings has a name that ends in .toml or .json");
}

TEST_F(SettingsFiles, AFileThatIsNotThereIsNamed) {
    EXPECT_EQ(error("/nowhere/scheduler.json"),
              "cannot read /nowhere/scheduler.json: No such file or directory");
}

TEST(JsonKeyLines, FindsTheKeysOfNestedTables) {
    const auto lines = detail::json_key_lines(R"({"a": [1, {"x": "}{,\""}, []],
        "b" :
            {"c": {}, "d\u0065": -1.5e3},

        "last": null})");
    const std::map<std::string, std::size_t, std::less<>> expected = {
        {"a", 1}, {"a.x", 1}, {"b", 2}, {"b.c", 3}, {"b.de", 3}, {"last", 5}};
    EXPECT_EQ(lines, expected);
}

TEST(JsonKeyLines, AreNoneWhereThereIsNoObject) {
    EXPECT_TRUE(detail::json_key_lines(" [1, \"a\"] ").empty());
    EXPECT_TRUE(detail::json_key_lines("7").empty());
}

}  // namespace
}  // namespace punctual
