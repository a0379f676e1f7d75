#include "stores/queued_runs.hpp"

#include <algorithm>
#include <charconv>

namespace punctual::detail {
namespace {

[[noreturn]] void refuse(std::string_view text) {
    throw SerializationError("\"" + std::string(text) + "\" are no queued runs");
}

template <class Number>
Number read_number(std::string_view& text, char end) {
    Number number{};
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || stop == text.data() + text.size() || *stop != end) refuse(text);
    text.remove_prefix(static_cast<std::size_t>(stop - text.data()) + 1);
    return number;
}

Instant read_instant(std::string_view& text) {
    return Instant(std::chrono::microseconds(read_number<std::int64_t>(text, ' ')));
}

}  // namespace

Instant scheduled_due(const JobRecord& job) {
    if (job.next_run_time == never) return never;
    return job.definition->trigger.due(job.definition->id, job.next_run_time);
}

Instant earliest_queued(std::span<const QueuedRun> queued) {
    Instant earliest = never;
    for (const QueuedRun& run : queued) earliest = std::min(earliest, run.due);
    return earliest;
}

std::string encode_queued(std::span<const QueuedRun> queued) {
    std::string text;
    for (const QueuedRun& run : queued) {
        text += std::to_string(run.scheduled.time_since_epoch().count());
        text += ' ';
        text += std::to_string(run.due.time_since_epoch().count());
        text += ' ';
        text += std::to_string(run.attempt);
        text += ';';
    }
    return text;
}

std::vector<QueuedRun> decode_queued(std::string_view text) {
    std::vector<QueuedRun> queued;
    while (!text.empty()) {
        QueuedRun& run = queued.emplace_back();
        run.scheduled = read_instant(text);
        run.due = read_instant(text);
        run.attempt = read_number<int>(text, ';');
    }
    return queued;
}

}  // namespace punctual::detail
