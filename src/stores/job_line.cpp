#include "stores/job_line.hpp"

#include <punctual/errors.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <istream>
#include <optional>

namespace punctual::detail {

namespace {

constexpr std::array members = {"id",      "task",          "arguments", "trigger",
                                "options", "added_at",      "state",     "next_run_time",
                                "due",     "last_run_time", "queued"};

constexpr std::array<const char*, 3> states = {"active", "paused", "ended"};

// What was never readable is kept as text.
Value readable(const std::string& text) {
    try {
        return Value::from_json(text);
    } catch (const Error&) {
        return text;
    }
}

std::string as_stored(const Value& value) {
    return value.is_text() ? value.as_text() : value.to_json();
}

Value instant_or_null(Instant instant) {
    return instant == never ? Value() : Value(format_instant(instant));
}

/// The members of one line, and what is wrong with them.
class LineReader {
public:
    explicit LineReader(std::string_view line) : value_(Value::from_json(line)) {
        for (const auto& [name, value] : value_.as_object()) {
            if (std::ranges::find(members, name) == members.end()) {
                throw SerializationError(fmt::format("member \"{}\" is not known", name));
            }
        }
    }

    [[nodiscard]] const Value& member(std::string_view name) const {
        const Value* found = value_.find(name);
        if (found == nullptr) {
            throw SerializationError(fmt::format("member \"{}\" is missing", name));
        }
        return *found;
    }
    [[nodiscard]] const std::string& text(std::string_view name) const {
        return read(name, [](const Value& value) -> const std::string& { return value.as_text(); });
    }
    [[nodiscard]] Instant instant(std::string_view name) const {
        return read(name, [](const Value& value) { return parse_instant(value.as_text()); });
    }
    [[nodiscard]] Instant instant_or_never(std::string_view name) const {
        return member(name).is_null() ? never : instant(name);
    }
    [[nodiscard]] std::vector<QueuedRun> queued() const {
        if (value_.find("queued") == nullptr) return {};
        return read("queued",
                    [](const Value& value) { return decode<std::vector<QueuedRun>>(value); });
    }
    [[nodiscard]] JobState state() const {
        const std::string& name = text("state");
        const auto found = std::ranges::find(states, name);
        if (found == states.end()) {
            throw SerializationError(fmt::format(
                "member \"state\" is \"{}\"; it can be \"active\", \"paused\" or \"ended\"", name));
        }
        return static_cast<JobState>(found - states.begin());
    }

private:
    template <class F>
    auto read(std::string_view name, F as) const -> decltype(as(Value())) {
        const Value& value = member(name);
        try {
            return as(value);
        } catch (const Error& error) {
            throw SerializationError(fmt::format("member \"{}\": {}", name, error.what()));
        }
    }

    Value value_;
};

}  // namespace

std::string write_job_line(JobCodec& codec, const JobRecord& job) {
    const StoredDefinition stored = codec.encode(*job.definition);
    Value line = Value::object({
        {"id", job.definition->id},
        {"task", stored.task},
        {"arguments", readable(stored.arguments)},
        {"trigger", readable(stored.trigger)},
        {"options", readable(stored.options)},
        {"added_at", format_instant(stored.added_at)},
        {"state", states.at(static_cast<std::size_t>(job.state))},
        {"next_run_time", instant_or_null(job.next_run_time)},
        {"due", instant_or_null(job.due)},
        {"last_run_time", format_instant(job.last_run_time)},
    });
    if (!job.queued.empty()) line.set("queued", encode(job.queued));
    return line.to_json();
}

JobRecord read_job_line(JobCodec& codec, std::string_view line) {
    const LineReader reader(line);
    const std::string& id = reader.text("id");
    if (id.empty()) throw SerializationError("member \"id\" is empty");
    const std::string arguments = as_stored(reader.member("arguments"));
    const std::string trigger = as_stored(reader.member("trigger"));
    const std::string options = as_stored(reader.member("options"));
    JobRecord job;
    job.definition = codec.decode(id, {.task = reader.text("task"),
                                       .arguments = arguments,
                                       .trigger = trigger,
                                       .options = options,
                                       .added_at = reader.instant("added_at")});
    job.state = reader.state();
    job.next_run_time = reader.instant_or_never("next_run_time");
    job.due = reader.instant_or_never("due");
    job.last_run_time = reader.instant("last_run_time");
    job.queued = reader.queued();
    return job;
}

void read_job_lines(std::istream& in, const std::function<void(JobRecord)>& take) {
    JobCodec codec;
    std::string line;
    for (int number = 1; std::getline(in, line); ++number) {
        if (line.find_first_not_of(" \t\r") == std::string::npos) continue;
        std::optional<JobRecord> job;
        try {
            job = read_job_line(codec, line);
        } catch (const Error& error) {
            throw SerializationError(fmt::format("line {}: {}", number, error.what()));
        }
        take(std::move(*job));
    }
    if (in.bad()) throw Error("the jobs to import could not be read");
}

}  // namespace punctual::detail
