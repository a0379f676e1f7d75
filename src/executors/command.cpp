#include "executors/command_child.hpp"
#include "executors/command_task.hpp"

#include <punctual/errors.hpp>
#include <punctual/run.hpp>

#include <algorithm>
#include <utility>

namespace punctual {

namespace detail {

namespace {

void check_text(const char* what, const std::string& text) {
    if (text.find('\0') != std::string::npos) {
        throw ValueError(std::string(what) + " of a command has a zero byte after \"" +
                         text.substr(0, text.find('\0')) + "\": no program could be given it");
    }
}

void check_line(const CommandLine& line) {
    if (line.words.empty() || line.words.front().empty()) {
        throw ValueError(line.kind == CommandLine::Kind::shell
                             ? "a command needs a line for the shell: it is empty"
                             : "a command needs a program as the first of its arguments");
    }
    for (const std::string& word : line.words) check_text("an argument", word);
}

void check_options(const CommandOptions& options) {
    if (options.kill_after < Duration()) {
        throw ValueError("kill_after of a command must be 0 or more, not " +
                         format_duration(options.kill_after));
    }
    check_text("working_directory", options.working_directory);
    for (const auto& [name, value] : options.environment) {
        if (name.empty() || name.find('=') != std::string::npos) {
            throw ValueError("environment of a command has the name \"" + name +
                             "\": a name has at least one character and no \"=\"");
        }
        check_text("environment", name);
        check_text("environment", value);
    }
}

// On the thread of whichever executor has the run: it waits for the child.
void run_command(RunContext& run, CommandLine line, CommandOptions options) {
    CommandChild child({std::move(line), std::move(options)}, {.job_id = run.job_id(),
                                                               .run_id = run.run_id(),
                                                               .scheduled = run.scheduled(),
                                                               .attempt = run.attempt()});
    WakeUp stop;
    const std::stop_callback on_stop(run.stop_token(), [&stop] { stop.raise(); });
    std::array<pollfd, CommandChild::descriptor_count + 1> polled{};
    do {
        std::ranges::copy(child.descriptors(), polled.begin());
        polled.back() = {.fd = stop.number(), .events = POLLIN, .revents = 0};
        poll_until(polled, child.deadline());
        if (polled.back().revents != 0) {
            stop.clear();
            child.stop();
        }
    } while (!child.advance(polled));

    const RunResult result = child.result();
    if (std::string output = child.output(); !output.empty()) run.set_output(std::move(output));
    if (result.outcome == RunState::cancelled) throw RunCancelled(result.reason);
    if (result.outcome == RunState::failed) throw ExecutorError(result.reason);
}

const auto command_task = task(command_task_name, run_command);

Call make_call(CommandLine line, CommandOptions options) {
    check_line(line);
    check_options(options);
    return command_task(std::move(line), std::move(options));
}

}  // namespace

Command command_of(const Call& call) {
    const Value arguments = call.arguments();
    if (call.task() != command_task_name || arguments.as_array().size() != 2) {
        throw ValueError("a call of \"" + call.task() + "\" is not a command");
    }
    return {.line = decode<CommandLine>(arguments.as_array()[0]),
            .options = decode<CommandOptions>(arguments.as_array()[1])};
}

void link_command_task() {}

}  // namespace detail

Call command(std::string shell_text, CommandOptions options) {
    return detail::make_call({detail::CommandLine::Kind::shell, {std::move(shell_text)}},
                             std::move(options));
}

Call command(std::vector<std::string> arguments, CommandOptions options) {
    return detail::make_call({detail::CommandLine::Kind::program, std::move(arguments)},
                             std::move(options));
}

Call command(std::initializer_list<std::string> arguments, CommandOptions options) {
    return command(std::vector<std::string>(arguments), std::move(options));
}

Value Codec<detail::CommandLine>::encode(const detail::CommandLine& line) {
    if (line.kind == detail::CommandLine::Kind::shell) return line.words.front();
    return punctual::encode(line.words);
}

detail::CommandLine Codec<detail::CommandLine>::decode(const Value& value) {
    detail::CommandLine line;
    if (value.is_text()) {
        line = {detail::CommandLine::Kind::shell, {value.as_text()}};
    } else {
        line.words = punctual::decode<std::vector<std::string>>(value);
    }
    try {
        detail::check_line(line);
    } catch (const ValueError& error) {
        throw SerializationError(error.what());
    }
    return line;
}

Value Codec<CommandOptions>::encode(const CommandOptions& options) {
    const CommandOptions defaults;
    Value value = Value::object();
    const auto set = [&](const char* key, const auto& field, const auto& left_out) {
        if (!(field == left_out)) value.set(key, punctual::encode(field));
    };
    set("working_directory", options.working_directory, defaults.working_directory);
    set("environment", options.environment, defaults.environment);
    set("kill_after", options.kill_after, defaults.kill_after);
    set("output_limit", options.output_limit, defaults.output_limit);
    return value;
}

CommandOptions Codec<CommandOptions>::decode(const Value& value) {
    CommandOptions options;
    static_cast<void>(value.as_object());
    detail::decode_field(value, "working_directory", options.working_directory);
    detail::decode_field(value, "environment", options.environment);
    detail::decode_field(value, "kill_after", options.kill_after);
    detail::decode_field(value, "output_limit", options.output_limit);
    try {
        detail::check_options(options);
    } catch (const ValueError& error) {
        throw SerializationError(error.what());
    }
    return options;
}

}  // namespace punctual
