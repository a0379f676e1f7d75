#include "stores/redis/run_text.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <charconv>

#include "stores/redis/words.hpp"
#include "stores/run_codec.hpp"

namespace punctual::detail {

namespace {

constexpr std::string_view not_yet = "-";

std::int64_t ticks(Instant instant) {
    return instant.time_since_epoch().count();
}

std::string write_progress(const std::optional<RunProgress>& progress) {
    if (!progress) return std::string(not_yet);
    return fmt::format("{} {}", progress->fraction, progress->text.size());
}

double read_fraction(std::string_view text) {
    double fraction = 0;
    std::from_chars(text.data(), text.data() + text.size(), fraction);
    return fraction;
}

}  // namespace

std::string write_run(const ClaimedRun& run, std::int64_t offset, Instant now,
                      std::string_view owner) {
    return fmt::format("{} {} {} {} {} {} {} {}", run.attempt,
                       run.started ? fmt::format_int(ticks(now)).str() : std::string(not_yet),
                       name_generation(run.generation), ticks(run.scheduled), ticks(run.due),
                       offset, owner, run.job->id);
}

RedisRun read_run(RunId id, std::string_view text) {
    Words words(text);
    RedisRun read;
    ClaimedRun& run = read.run;
    run.id = id;
    run.attempt = static_cast<int>(words.integer());
    run.started = words.optional_instant().has_value();
    run.generation = words.integer();
    run.scheduled = words.instant();
    run.due = words.instant();
    run.group = id - std::clamp(words.integer(), RunId{0}, id);
    static_cast<void>(words.word());
    read.job_id = words.rest();
    return read;
}

std::string write_record_without_id(const RunRecord& record) {
    const auto started =
        record.started ? fmt::format_int(ticks(*record.started)).str() : std::string(not_yet);
    return fmt::format("{} {} {} {} {} {} {} {} {} {} {} {}\n{}{}{}{}{}", ticks(*record.finished),
                       record.job_id.size(), ticks(record.scheduled), ticks(record.until),
                       record.count, ticks(record.due), started, to_string(record.state),
                       record.attempt, record.reason.size(), record.output.size(),
                       write_progress(record.progress), record.job_id, record.reason, record.output,
                       record.progress ? std::string_view(record.progress->text) : "",
                       encode_result(record.result));
}

std::string write_record(const RunRecord& record) {
    return fmt::format("{} {}", record.id, write_record_without_id(record));
}

RunRecord read_record(std::string_view text) {
    Words words(text);
    RunRecord record;
    record.id = words.integer();
    record.finished = words.instant();
    const std::int64_t id_size = words.integer();
    record.scheduled = words.instant();
    record.until = words.instant();
    record.count = words.integer();
    record.due = words.instant();
    record.started = words.optional_instant();
    record.state = run_state_from(words.word());
    record.attempt = static_cast<int>(words.integer());
    const std::int64_t reason_size = words.integer();
    const std::int64_t output_size = words.integer();
    std::int64_t text_size = 0;
    if (const std::string_view fraction = words.word(); fraction != not_yet) {
        record.progress = RunProgress{read_fraction(fraction), {}};
        text_size = words.integer();
    }
    record.job_id = words.bytes(id_size);
    record.reason = words.bytes(reason_size);
    record.output = words.bytes(output_size);
    if (record.progress) record.progress->text = words.bytes(text_size);
    record.result = decode_result(words.rest());
    return record;
}

std::string write_plan(const JobRecord& job) {
    return fmt::format("{} {} {} {} {}", job.version, static_cast<int>(job.state),
                       ticks(job.next_run_time), ticks(job.due), ticks(job.last_run_time));
}

std::string name_generation(std::int64_t generation) {
    return fmt::format("{:015}", generation);
}

std::string write_rank(const JobSettings& settings) {
    const int priority = std::clamp(settings.priority, lowest_priority, highest_priority);
    return fmt::format("{:02}", highest_priority - priority);
}

}  // namespace punctual::detail
