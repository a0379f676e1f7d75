#include "run_log.hpp"

#include <punctual/clock.hpp>

#include <fmt/format.h>
#include <algorithm>
#include <cstdlib>

#include <unistd.h>

#include "table.hpp"
#include "time_text.hpp"

namespace punctual::program {

namespace {

constexpr std::size_t widest_job = 32;

// As https://no-color.org has it: set, and not empty.
bool wants_colours(std::FILE* out) {
    const char* no_color = std::getenv("NO_COLOR");
    return isatty(fileno(out)) == 1 && (no_color == nullptr || *no_color == '\0');
}

// A run that never began has no time of its beginning.
Value time_value(Instant instant) {
    return instant == Instant{} ? Value() : Value(format_instant(instant));
}

Value json_of(const RunEndEvent& event, RunState outcome, const std::string& reason) {
    return Value::object({{"event", "run"},
                          {"time", format_instant(event.at)},
                          {"job", event.job_id},
                          {"scheduled", format_instant(event.scheduled)},
                          {"started", time_value(event.started)},
                          {"finished", time_value(event.finished)},
                          {"outcome", to_string(outcome)},
                          {"attempt", event.attempt},
                          {"reason", reason},
                          {"output", event.output}});
}

Value json_of(const NotRunEvent& event, RunState outcome) {
    return Value::object({{"event", "not_run"},
                          {"time", format_instant(event.at)},
                          {"job", event.job_id},
                          {"scheduled", format_instant(event.first)},
                          {"until", format_instant(event.last)},
                          {"count", event.count},
                          {"outcome", to_string(outcome)},
                          {"reason", event.reason}});
}

}  // namespace

RunLog::RunLog(LogForm form, TimeZone zone, std::FILE* out)
    : form_(form), zone_(zone), out_(out), colours_(wants_colours(out)) {}

void RunLog::set_job_width(std::size_t width) {
    const std::lock_guard lock(mutex_);
    width_ = std::min(width, widest_job);
}

void RunLog::listen_to(Scheduler& scheduler) {
    using enum RunState;
    scheduler.on<JobExecuted>([this](const JobExecuted& event) { tell(event, succeeded, ""); });
    scheduler.on<JobError>([this](const JobError& event) { tell(event, failed, event.reason); });
    scheduler.on<JobCancelled>(
        [this](const JobCancelled& event) { tell(event, cancelled, event.reason); });
    scheduler.on<JobLost>([this](const JobLost& event) {
        tell(event, lost,
             event.reruns ? "the program ended before it did; it runs again"
                          : "the program ended before it did");
    });
    scheduler.on<JobMissed>([this](const JobMissed& event) { tell(event, missed); });
    scheduler.on<JobSkipped>([this](const JobSkipped& event) { tell(event, skipped); });
    scheduler.on<JobMaxInstances>([this](const JobMaxInstances& event) { tell(event, skipped); });
    scheduler.on<JobFaulty>([this](const JobFaulty& event) {
        warn(fmt::format("job {} is set aside: {}", event.job_id, event.reason));
    });
    scheduler.on<StoreUnavailable>([this](const StoreUnavailable& event) {
        warn(fmt::format("the store does not answer: {}", event.reason));
    });
    scheduler.on<StoreAvailable>([this](const StoreAvailable&) { say("the store answers again"); });
}

void RunLog::tell(const RunEndEvent& event, RunState outcome, const std::string& reason) {
    if (form_ == LogForm::json) return write(json_of(event, outcome, reason).to_json());
    std::string note = one_line(reason);
    if (outcome != RunState::succeeded && !event.output.empty()) {
        note += ": " + one_line(event.output);
    }
    const bool began = event.started != Instant{};
    line(event.at, event.job_id, outcome,
         began ? format_rough(event.finished - event.started) : "-", note);
}

void RunLog::tell(const NotRunEvent& event, RunState outcome) {
    if (form_ == LogForm::json) return write(json_of(event, outcome).to_json());
    const std::string first = format_wall_time(event.first, zone_);
    const std::string which = event.count == 1
                                  ? "the run at " + first
                                  : fmt::format("{} runs from {} to {}", event.count, first,
                                                format_wall_time(event.last, zone_));
    line(event.at, event.job_id, outcome, "-", which + ": " + one_line(event.reason));
}

void RunLog::say(const std::string& text) {
    remark("info", text);
}

void RunLog::warn(const std::string& text) {
    remark("warning", text);
}

void RunLog::remark(const char* level, const std::string& text) {
    if (form_ == LogForm::text) return write(text);
    write(Value::object({{"event", "message"},
                         {"time", format_instant(system_clock()->now())},
                         {"level", level},
                         {"message", text}})
              .to_json());
}

void RunLog::line(Instant at, const std::string& job, RunState outcome, const std::string& length,
                  const std::string& note) {
    std::size_t width = 0;
    {
        const std::lock_guard lock(mutex_);
        width = width_;
    }
    write(fmt::format("{}  {:<{}}  {}  {:>7}{}{}", format_wall_time(at, zone_), job, width,
                      coloured(outcome), length, note.empty() ? "" : "  ", note));
}

std::string RunLog::coloured(RunState outcome) const {
    constexpr int red = 31;
    constexpr int green = 32;
    constexpr int yellow = 33;
    std::string padded = fmt::format("{:<9}", to_string(outcome));
    if (!colours_) return padded;
    const bool is_bad = outcome == RunState::failed || outcome == RunState::lost;
    const int colour = outcome == RunState::succeeded ? green : (is_bad ? red : yellow);
    return fmt::format("\x1b[{}m{}\x1b[0m", colour, padded);
}

void RunLog::write(const std::string& text) {
    const std::lock_guard lock(mutex_);
    std::fwrite(text.data(), 1, text.size(), out_);
    std::fputc('\n', out_);
    std::fflush(out_);
}

}  // namespace punctual::program
