#include "run_log.hpp"

#include <punctual/clock.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>

#include <unistd.h>

#include "time_text.hpp"

namespace punctual::program {
namespace {

constexpr std::size_t widest_job = 32;

std::string first_line(const std::string& text) {
    return text.substr(0, text.find('\n'));
}

Value time_value(Instant instant) {
    return instant == Instant{} ? Value() : Value(format_instant(instant));
}

}  // namespace

RunLog::RunLog(LogForm form, TimeZone zone, std::FILE* out)
    : form_(form),
      zone_(zone),
      out_(out),
      colours_(isatty(fileno(out)) == 1 && std::getenv("NO_COLOR") == nullptr) {}

void RunLog::set_job_width(std::size_t width) {
    const std::lock_guard lock(mutex_);
    width_ = std::clamp<std::size_t>(width, 3, widest_job);
}

void RunLog::listen_to(Scheduler& scheduler) {
    scheduler.on<JobExecuted>([this](const JobExecuted& event) { ended(event, "ok", ""); });
    scheduler.on<JobError>([this](const JobError& event) { ended(event, "failed", event.reason); });
    scheduler.on<JobCancelled>(
        [this](const JobCancelled& event) { ended(event, "cancelled", event.reason); });
    scheduler.on<JobLost>([this](const JobLost& event) {
        ended(event, "lost",
              event.reruns ? "punctual ended before it did; it runs again"
                           : "punctual ended before it did");
    });
    scheduler.on<JobMissed>([this](const JobMissed& event) { not_run(event, "missed"); });
    scheduler.on<JobSkipped>([this](const JobSkipped& event) { not_run(event, "skipped"); });
    scheduler.on<JobMaxInstances>(
        [this](const JobMaxInstances& event) { not_run(event, "skipped"); });
}

void RunLog::ended(const RunEndEvent& event, std::string_view outcome, const std::string& reason) {
    if (form_ == LogForm::json) {
        Value object = Value::object({{"job", event.job_id},
                                      {"run", event.run_id},
                                      {"scheduled", format_instant(event.scheduled)},
                                      {"started", time_value(event.started)},
                                      {"finished", time_value(event.finished)},
                                      {"outcome", outcome == "ok" ? "succeeded" : outcome},
                                      {"attempt", event.attempt},
                                      {"reason", reason},
                                      {"output", event.output}});
        write(object.to_json());
        return;
    }
    std::string note = reason;
    const std::string output = first_line(event.output);
    if (!reason.empty() && !output.empty()) note += ": " + output;
    const bool began = event.started != Instant{};
    line(event.at, event.job_id, outcome,
         began ? format_rough(event.finished - event.started) : std::string("-"), note);
}

void RunLog::not_run(const NotRunEvent& event, std::string_view outcome) {
    if (form_ == LogForm::json) {
        write(Value::object({{"job", event.job_id},
                             {"scheduled", format_instant(event.first)},
                             {"until", format_instant(event.last)},
                             {"count", event.count},
                             {"outcome", outcome},
                             {"reason", event.reason}})
                  .to_json());
        return;
    }
    const std::string which = event.count == 1
                                  ? "the run at " + format_wall_time(event.first, zone_)
                                  : fmt::format("{} runs from {} to {}", event.count,
                                                format_wall_time(event.first, zone_),
                                                format_wall_time(event.last, zone_));
    line(event.at, event.job_id, outcome, "-", which + ": " + event.reason);
}

void RunLog::say(const std::string& text) {
    if (form_ == LogForm::json) {
        write(Value::object({{"message", text}, {"at", format_instant(system_clock()->now())}})
                  .to_json());
    } else {
        write(text);
    }
}

void RunLog::line(Instant at, const std::string& job, std::string_view outcome,
                  const std::string& length, const std::string& note) {
    const std::string time = format_wall_time(at, zone_);
    write(fmt::format("{}  {:<{}}  {}  {:>7}{}{}", time, job, width_, coloured(outcome), length,
                      note.empty() ? "" : "  ", note));
}

std::string RunLog::coloured(std::string_view outcome) const {
    const std::string padded = fmt::format("{:<9}", outcome);
    if (!colours_) return padded;
    const int colour = outcome == "ok" ? 32 : (outcome == "failed" || outcome == "lost" ? 31 : 33);
    return fmt::format("\x1b[{}m{}\x1b[0m", colour, padded);
}

void RunLog::write(const std::string& text) {
    const std::lock_guard lock(mutex_);
    std::fwrite(text.data(), 1, text.size(), out_);
    std::fputc('\n', out_);
    std::fflush(out_);
}

}  // namespace punctual::program
