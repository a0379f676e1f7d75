#pragma once
// What `punctual run` says of its runs: a readable line for each, or a JSON object.

#include <punctual/event.hpp>
#include <punctual/scheduler.hpp>
#include <punctual/time.hpp>

#include <cstdint>
#include <cstdio>
#include <mutex>
#include <string>
#include <string_view>

namespace punctual::program {

enum class LogForm : std::uint8_t { text, json };

/// *Thread safety*: safe; lines do not mix.
class RunLog {
public:
    /// `zone` is that of the times in text. Colours are used on a terminal, unless NO_COLOR is set.
    RunLog(LogForm form, TimeZone zone, std::FILE* out);

    /// The column of jobs is as wide as the longest id.
    void set_job_width(std::size_t width);
    /// Listens to everything that happens to runs. The log must outlive the scheduler.
    void listen_to(Scheduler& scheduler);
    /// A line of the program itself.
    void say(const std::string& text);

private:
    void ended(const RunEndEvent& event, std::string_view outcome, const std::string& reason);
    void not_run(const NotRunEvent& event, std::string_view outcome);
    void line(Instant at, const std::string& job, std::string_view outcome,
              const std::string& length, const std::string& note);
    void write(const std::string& text);
    [[nodiscard]] std::string coloured(std::string_view outcome) const;

    LogForm form_;
    TimeZone zone_;
    std::FILE* out_;
    bool colours_;
    std::size_t width_ = 8;
    std::mutex mutex_;
};

}  // namespace punctual::program
