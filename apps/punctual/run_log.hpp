#pragma once
// What `punctual run` says of its runs: a readable line for each, or a JSON object.

#include <punctual/event.hpp>
#include <punctual/scheduler.hpp>
#include <punctual/time.hpp>

#include <cstdint>
#include <cstdio>
#include <mutex>
#include <string>

namespace punctual::program {

enum class LogForm : std::uint8_t { text, json };

/// *Thread safety*: safe; lines do not mix.
class RunLog {
public:
    /// `zone` is that of the times in text. Colours are used on a terminal, unless NO_COLOR is set.
    RunLog(LogForm form, TimeZone zone, std::FILE* out);

    /// The column of jobs is as wide as the longest id.
    void set_job_width(std::size_t width);
    /// Listens to everything that happens to runs and stores.
    /// *Lifetime*: the log must outlive the scheduler.
    void listen_to(Scheduler& scheduler);
    /// A line of the program itself.
    void say(const std::string& text);
    /// The same about something that someone should look at.
    void warn(const std::string& text);

    /// A run that came to its end.
    void tell(const RunEndEvent& event, RunState outcome, const std::string& reason);
    /// Instants that did not run.
    void tell(const NotRunEvent& event, RunState outcome);

private:
    void line(Instant at, const std::string& job, RunState outcome, const std::string& length,
              const std::string& note);
    void remark(const char* level, const std::string& text);
    void write(const std::string& text);
    [[nodiscard]] std::string coloured(RunState outcome) const;

    const LogForm form_;
    const TimeZone zone_;
    std::FILE* const out_;
    const bool colours_;
    std::mutex mutex_;  // guards all below, and the writing
    std::size_t width_ = 8;
};

}  // namespace punctual::program
