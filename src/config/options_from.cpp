// Options from settings.

#include <punctual/config.hpp>

#include <fmt/format.h>

#include <utility>

#include "config/executor_settings.hpp"
#include "config/job_default_settings.hpp"
#include "config/settings_file.hpp"
#include "config/settings_reader.hpp"
#include "config/settings_tree.hpp"
#include "config/store_settings.hpp"

namespace punctual {
namespace {

using detail::SettingsError;
using detail::SettingsReader;

void read_stores(SettingsReader& settings, const char* key, SchedulerOptions& options) {
    auto stores = settings.find_table(key);
    if (!stores) return;
    for (const auto& [name, value] : stores->members()) {
        const std::string path = stores->path_of(name);
        if (options.stores.contains(name)) {
            throw SettingsError(path, path + " is given as " + settings.path_of("jobstores") + '.' +
                                          name + " too; give one of them");
        }
        SettingsReader store(value, path);
        options.stores.emplace(name, detail::read_store(store));
    }
}

void read_executors(SettingsReader& settings, SchedulerOptions& options) {
    auto executors = settings.find_table("executors");
    if (!executors) return;
    for (const auto& [name, value] : executors->members()) {
        SettingsReader executor(value, executors->path_of(name));
        options.executors.emplace(name, detail::read_executor(executor));
    }
}

void read_history(SettingsReader& settings, History& history) {
    auto table = settings.find_table("history");
    if (!table) return;
    table->read_whole("runs_per_job", history.runs_per_job, 0);
    table->read_whole("runs", history.runs, 0);
    table->read_duration("age", history.age);
    table->finish();
}

}  // namespace

SchedulerOptions detail::options_from_value(const Value& settings, std::string_view prefix) {
    const detail::SettingsTree tree = detail::settings_under(settings, prefix);
    SettingsReader reader(tree.settings, tree.path);
    SchedulerOptions options;
    read_stores(reader, "jobstores", options);
    read_stores(reader, "stores", options);
    read_executors(reader, options);
    if (auto table = reader.find_table("job_defaults")) {
        detail::read_job_defaults(*table, options.job_defaults);
    }
    reader.read_timezone("timezone", options.timezone);
    read_history(reader, options.history);
    // Where there is no prefix, a misspelt one looks like an unknown key.
    if (tree.path.empty() && !prefix.empty())
        static_cast<void>(reader.find(prefix.substr(0, prefix.find('.'))));
    reader.finish();
    return options;
}

SchedulerOptions options_from(const std::map<std::string, std::string>& settings,
                              std::string_view prefix) {
    Value::Object members;
    for (const auto& [key, text] : settings) members.emplace_back(key, text);
    return options_from(Value(std::move(members)), prefix);
}

SchedulerOptions options_from_file(const std::string& path) {
    const detail::SettingsFile file = detail::read_settings_file(path);
    try {
        return options_from(file.settings);
    } catch (const SettingsError& error) {
        throw ConfigurationError(
            fmt::format("{}:{}: {}", path, file.line_of(error.path()), error.what()));
    }
}

}  // namespace punctual
