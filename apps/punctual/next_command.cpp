#include "next_command.hpp"

#include <punctual/errors.hpp>
#include <punctual/trigger.hpp>

#include <CLI/CLI.hpp>
#include <chrono>
#include <iostream>
#include <memory>
#include <sstream>

#include "next_lines.hpp"

namespace punctual::program {

namespace {

/// "day_of_week=mon-fri day=last fri" as an object of text; a word without `=` belongs to the value
/// before it.
Value read_cron_fields(const std::string& text) {
    Value fields = Value::object({{"type", "cron"}});
    std::istringstream words(text);
    std::string key;
    for (std::string word; words >> word;) {
        const std::size_t equals = word.find('=');
        if (equals != std::string::npos) {
            key = word.substr(0, equals);
            if (fields.find(key) != nullptr) {
                throw TriggerError("cron: " + Value(key).to_json() + " is given twice");
            }
            fields.set(key, word.substr(equals + 1));
        } else if (!key.empty()) {
            fields.set(key, fields.find(key)->as_text() + ' ' + word);
        } else {
            throw TriggerError("cron: " + Value(word).to_json() +
                               " names no field; write fields such as hour=9");
        }
    }
    return fields;
}

Value read_trigger_value(const NextOptions& options) {
    if (options.crontab) {
        return Value::object({{"type", "crontab"}, {"expression", *options.crontab}});
    }
    if (options.cron) return read_cron_fields(*options.cron);
    if (options.trigger) return Value::from_json(*options.trigger);
    throw TriggerError("no trigger is given");
}

Trigger read_trigger(const NextOptions& options) {
    Value value = read_trigger_value(options);
    if (options.dst && value.is_object() && value.find("dst") == nullptr) {
        value.set("dst", *options.dst);
    }
    return Trigger::from_value(value);
}

/// The instant after which the instants are asked for, and what stands for "now" in the trigger.
struct Start {
    Instant after;
    Instant anchor;
};

Start read_start(const NextOptions& options, TimeZone zone) {
    if (options.after) {
        const Instant after = parse_instant(*options.after, zone);
        return {after, after};
    }
    const Instant from =
        options.from
            ? parse_instant(*options.from, zone)
            : std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
    return {from - 1us, from};
}

void print_instants(const NextOptions& options, std::ostream& out) {
    const TimeZone fallback(options.timezone);
    const Trigger written = read_trigger(options);
    const TimeZone zone = written.timezone() ? written.timezone() : fallback;
    const auto [after, anchor] = read_start(options, zone);
    const Trigger trigger = written.resolve(anchor, fallback);
    auto instant = trigger.next(after);
    for (int left = options.count; instant; instant = trigger.next(*instant)) {
        const std::string reason = trigger.explain(*instant);
        out << format_instant(*instant, zone) << (reason.empty() ? "" : "  ") << reason << '\n';
        if (--left <= 0) return;
    }
}

}  // namespace

int run_next(const NextOptions& options, std::istream& in, std::ostream& out,
             std::ostream& errors) {
    try {
        if (options.jsonl) {
            answer_lines(in, out, TimeZone(options.timezone));
        } else {
            print_instants(options, out);
        }
        return 0;
    } catch (const SearchLimitError& error) {
        errors << "punctual next: " << error.what() << '\n';
        return 1;
    } catch (const Error& error) {
        errors << "punctual next: " << error.what() << '\n';
        return 2;
    }
}

void add_next_command(CLI::App& app, int& exit_code) {
    CLI::App* command = app.add_subcommand("next", "Show when a trigger fires next");
    const auto options = std::make_shared<NextOptions>();
    CLI::Option_group* trigger = command->add_option_group("trigger");
    trigger->add_option("--crontab", options->crontab, "A crontab expression: '30 2 * * *'");
    trigger->add_option("--cron", options->cron, "Fields by name: 'day_of_week=mon-fri hour=9'");
    trigger->add_option("--trigger", options->trigger,
                        "JSON: '{\"type\":\"interval\",\"hours\":2}'");
    trigger->add_flag("--jsonl", options->jsonl, "Answer requests from standard input, one a line");
    trigger->require_option(1);
    command->add_option("--timezone", options->timezone, "For a trigger that names none")
        ->capture_default_str();
    command->add_option("--dst", options->dst, "In gaps and folds of the clock")
        ->check(CLI::IsMember({"once", "skip", "literal"}));
    CLI::Option* from =
        command->add_option("--from", options->from, "From this time on; default: now");
    command->add_option("--after", options->after, "After this time")->excludes(from);
    command->add_option("-n,--count", options->count, "How many")
        ->check(CLI::Range(1, 1'000'000))
        ->capture_default_str();
    command->callback(
        [options, &exit_code] { exit_code = run_next(*options, std::cin, std::cout, std::cerr); });
}

}  // namespace punctual::program
