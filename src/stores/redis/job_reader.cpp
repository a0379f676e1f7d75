#include "stores/redis/job_reader.hpp"

#include <fmt/format.h>

#include "log/log.hpp"
#include "stores/queued_runs.hpp"
#include "stores/redis/run_text.hpp"
#include "stores/redis/words.hpp"

namespace punctual::detail {

namespace {

// So many questions are sent before their answers are read.
constexpr std::size_t most_at_once = 500;

/// What stands after the rank.
std::string_view generation_in(std::string_view member) {
    return member.substr(member.find(':') + 1);
}

// A damaged entry must not keep other jobs from running.
std::vector<QueuedRun> read_queued(const RedisJob& job) {
    try {
        return decode_queued(job.queued);
    } catch (const SerializationError& error) {
        log_error(
            fmt::format("the runs that wait in job \"{}\" are lost: {}", job.id, error.what()));
        return {};
    }
}

}  // namespace

std::vector<RedisJob> RedisJobReader::read(RedisValue jobs) {
    std::vector<RedisJob> found;
    found.reserve(jobs.size());
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        found.push_back(read_job(jobs[i], jobs[i][5]));
        found.back().record.generation = jobs[i][4].integer();
    }
    define(found);
    return found;
}

std::vector<JobRecord> RedisJobReader::read_records(RedisValue jobs) {
    std::vector<JobRecord> records;
    records.reserve(jobs.size());
    for (RedisJob& job : read(jobs)) records.push_back(std::move(job.record));
    return records;
}

std::vector<RedisJob> RedisJobReader::read_due(std::span<const std::string> members) {
    std::vector<RedisCommand> questions;
    questions.reserve(members.size() + 1);
    RedisCommand queued{"HMGET", key_prefix_ + "queued"};
    for (const std::string& member : members) {
        const std::string_view generation = generation_in(member);
        const std::string key = key_prefix_ + "job:" + std::string(generation);
        questions.push_back({"HMGET", key, "id", "executor", "plan", "running"});
        queued.add(generation);
    }
    questions.push_back(std::move(queued));
    const std::vector<RedisReply> answers = connection_.run_all(questions);
    std::vector<RedisJob> jobs;
    jobs.reserve(members.size());
    for (std::size_t i = 0; i < members.size(); ++i) {
        if (answers[i][0].is_null()) continue;
        RedisJob& job = jobs.emplace_back(read_job(answers[i].value(), answers.back()[i]));
        const std::string_view generation = generation_in(members[i]);
        std::from_chars(generation.data(), generation.data() + generation.size(),
                        job.record.generation);
        job.member = members[i];
    }
    define(jobs);
    return jobs;
}

// In the order of `read_job` in the scripts.
RedisJob RedisJobReader::read_job(RedisValue fields, RedisValue queued) {
    RedisJob job;
    job.id = fields[0].text();
    job.executor = fields[1].text();
    job.plan = fields[2].text();
    Words plan(job.plan);
    job.record.version = static_cast<std::int32_t>(plan.integer());
    job.record.state = static_cast<JobState>(plan.integer());
    job.record.next_run_time = plan.instant();
    job.record.due = plan.instant();
    job.record.last_run_time = plan.instant();
    job.record.running = static_cast<std::int32_t>(fields[3].integer());
    job.queued = queued.text();
    job.record.queued = read_queued(job);
    return job;
}

void RedisJobReader::define(std::span<RedisJob> jobs) {
    // A server that lost its last writes gives the same generations again, to other jobs.
    if (connections_ != connection_.connections()) definitions_.clear();
    connections_ = connection_.connections();
    std::vector<RedisJob*> unknown;
    for (RedisJob& job : jobs) {
        if (const auto* known = definitions_.find(Key{job.record.generation, job.record.version})) {
            job.record.definition = *known;
        } else {
            unknown.push_back(&job);
        }
    }
    for (std::size_t first = 0; first < unknown.size(); first += most_at_once) {
        fetch(std::span(unknown).subspan(first, std::min(most_at_once, unknown.size() - first)));
    }
}

void RedisJobReader::fetch(std::span<RedisJob* const> jobs) {
    std::vector<RedisCommand> questions;
    questions.reserve(jobs.size());
    for (const RedisJob* job : jobs) {
        const std::string key =
            key_prefix_ + "definition:" + name_generation(job->record.generation);
        questions.push_back(
            {"HMGET", key, "version", "added_at", "task", "arguments", "trigger", "options"});
    }
    const std::vector<RedisReply> answers = connection_.run_all(questions);
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        RedisJob& job = *jobs[i];
        const RedisReply& answer = answers[i];
        // One that is missing reads as one of empty texts: a definition at fault.
        job.record.definition = codec_.decode(job.id, {.task = answer[2].text(),
                                                       .arguments = answer[3].text(),
                                                       .trigger = answer[4].text(),
                                                       .options = answer[5].text(),
                                                       .added_at = answer[1].instant()});
        // Where someone changed or removed the job since it was read, this is seen once only.
        if (!answer[0].is_null() && answer[0].integer() == job.record.version) {
            definitions_.keep(Key{job.record.generation, job.record.version},
                              job.record.definition);
        }
    }
}

std::vector<std::shared_ptr<const JobDefinition>> RedisJobReader::definitions(
    const std::vector<std::int64_t>& generations) {
    std::vector<RedisJob> jobs;
    std::vector<std::size_t> places;
    std::vector<RedisCommand> questions;
    for (std::size_t first = 0; first < generations.size(); first += questions.size()) {
        questions.clear();
        for (std::size_t i = first; i < generations.size() && i < first + most_at_once; ++i) {
            questions.push_back(
                {"HMGET", key_prefix_ + "job:" + name_generation(generations[i]), "id", "plan"});
        }
        const std::vector<RedisReply> answers = connection_.run_all(questions);
        for (std::size_t i = 0; i < answers.size(); ++i) {
            if (answers[i][0].is_null()) continue;
            RedisJob& job = jobs.emplace_back();
            job.id = answers[i][0].text();
            job.record.generation = generations[first + i];
            job.record.version = static_cast<std::int32_t>(Words(answers[i][1].text()).integer());
            places.push_back(first + i);
        }
    }
    define(jobs);
    std::vector<std::shared_ptr<const JobDefinition>> found(generations.size());
    for (std::size_t i = 0; i < jobs.size(); ++i) {
        found[places[i]] = std::move(jobs[i].record.definition);
    }
    return found;
}

}  // namespace punctual::detail
