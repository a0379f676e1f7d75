#include "job_table.hpp"

#include <punctual/errors.hpp>
#include <punctual/executors/command.hpp>

#include <map>
#include <utility>
#include <vector>

#include "config/run_options.hpp"
#include "job_options.hpp"
#include "job_trigger.hpp"

namespace punctual::program {

namespace {

std::map<std::string, std::string> read_environment(TableReader table) {
    std::map<std::string, std::string> environment;
    for (const auto& [name, ignored] : table.members()) {
        if (const auto value = table.text(name)) environment.emplace(name, *value);
    }
    return environment;
}

CommandOptions read_command_options(TableReader& table) {
    constexpr std::int64_t most_output = std::int64_t{1} << 30;
    CommandOptions options;
    if (const auto folder = table.text("working_directory")) options.working_directory = *folder;
    options.environment = read_environment(table.table("environment"));
    if (const auto patience = table.duration("kill_after", 0us)) options.kill_after = *patience;
    if (const auto limit = table.whole("output_limit", 0, most_output)) {
        options.output_limit = static_cast<std::size_t>(*limit);
    }
    return options;
}

Call make_command(const Value& line, CommandOptions options) {
    if (line.is_text()) return command(line.as_text(), std::move(options));
    return command(decode<std::vector<std::string>>(line), std::move(options));
}

std::optional<Call> read_command(TableReader& table) {
    CommandOptions options = read_command_options(table);
    const Value* line = table.find("command");
    if (line == nullptr) {
        table.mistakes().add(table.path(), " has no command; give one, such as command = \"ls\"");
        return std::nullopt;
    }
    try {
        return make_command(*line, std::move(options));
    } catch (const SerializationError&) {
        table.note("command", *line, "text for the shell, or a list of texts, is needed");
    } catch (const ValueError& error) {
        table.note("command", error.what());
    }
    return std::nullopt;
}

JobOptions options_for(const std::string& id, const JobDefaults& defaults) {
    JobOptions options;
    options.id = id;
    detail::for_each_run_option(options, defaults,
                                [](auto& option, const auto& usual) { option = usual; });
    options.replace_existing = true;
    return options;
}

}  // namespace

std::optional<JobRequest> read_job(const std::string& id, TableReader& table,
                                   const FileDefaults& defaults) {
    std::optional<Trigger> trigger = read_trigger(table, defaults.timezone, defaults.now);
    std::optional<Call> call = read_command(table);
    JobOptions options = options_for(id, defaults.options);
    read_run_options(table, defaults.options.retry, options);
    if (const auto priority = table.whole("priority", lowest_priority, highest_priority)) {
        options.priority = static_cast<int>(*priority);
    }
    options.then = read_follow_ups(table);
    if (const auto name = table.text("name")) options.name = *name;
    if (const auto paused = table.flag("paused")) options.paused = *paused;
    table.finish();
    if (id.empty()) table.mistakes().add(table.path(), ": a job needs a name of its own");
    if (!trigger || !call || id.empty()) return std::nullopt;
    return JobRequest{
        .call = std::move(*call), .trigger = std::move(*trigger), .options = std::move(options)};
}

}  // namespace punctual::program
