#include "stores/redis/job_editing.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <iterator>
#include <unordered_map>
#include <utility>

#include "stores/queued_runs.hpp"
#include "stores/redis/pass.hpp"
#include "stores/redis/run_text.hpp"

namespace punctual::detail {

namespace {

// Redis before 7 takes commands of at most a million words, and none of more than a gigabyte: what
// is more than this is sent in parts.
constexpr std::size_t most_words = 50'000;
constexpr std::size_t most_bytes = 16 << 20;
// The server is given this time for each job, beside what it has for any answer.
constexpr Duration time_of_a_job = 100us;
constexpr int most_attempts = 20;

Duration time_of(std::size_t jobs) {
    return static_cast<std::int64_t>(jobs) * time_of_a_job;
}

}  // namespace

std::vector<std::size_t> RedisJobEditing::add(std::span<const JobRecord> jobs) {
    RedisCommand words;
    std::int64_t staged = 0;
    words.add(static_cast<std::int64_t>(jobs.size()));
    for (const JobRecord& job : jobs) {
        stage_if_long(words, staged);
        words.add(job.definition->id);
    }
    for (const JobRecord& job : jobs) {
        stage_if_long(words, staged);
        add_job(words, job, job.version);
        add_definition(words, *job.definition, {});
    }
    if (staged > 0) stage(words, staged);
    RedisCommand command = session_.arguments();
    command.add(staged).add_all(words);
    const RedisReply answer =
        session_.connection.run(RedisScript::add, command, time_of(jobs.size()));
    std::vector<std::size_t> conflicts;
    for (std::size_t i = 0; i < answer.size(); ++i) {
        conflicts.push_back(static_cast<std::size_t>(answer[i].integer()));
    }
    return conflicts;
}

// What is staged does nothing until the command that takes it, in one step. Of a call that was
// interrupted it stays until the next one.
void RedisJobEditing::stage_if_long(RedisCommand& words, std::int64_t& staged) {
    if (words.words() >= most_words || words.bytes() >= most_bytes) stage(words, staged);
}

void RedisJobEditing::stage(RedisCommand& words, std::int64_t& staged) {
    RedisCommand command = session_.arguments();
    command.add(staged == 0 ? "1" : "0").add_all(words);
    static_cast<void>(session_.connection.run(RedisScript::stage, command));
    staged += static_cast<std::int64_t>(words.words());
    words = RedisCommand();
}

std::size_t RedisJobEditing::remove_all() {
    RedisCommand command = session_.arguments();
    add_history_limits(command, history_, now_);
    const std::string jobs = session_.key_prefix() + "jobs";
    const RedisReply count = session_.connection.run(RedisCommand{"ZCARD", jobs});
    const RedisReply answer =
        session_.connection.run(RedisScript::remove_all, command,
                                time_of(static_cast<std::size_t>(count.value().integer())));
    return static_cast<std::size_t>(answer.value().integer());
}

void RedisJobEditing::edit(std::span<const std::string> ids, JobEditor& editor) {
    for (int attempt = 0; attempt < most_attempts; ++attempt) {
        if (try_to_edit(ids, editor)) return;
    }
    throw StoreUnavailableError(fmt::format("{} changes faster than its jobs can be edited",
                                            session_.connection.location().describe()));
}

bool RedisJobEditing::try_to_edit(std::span<const std::string> ids, JobEditor& editor) {
    struct Change {
        const std::string* id;
        const RedisJob* job;
        JobEdit edit;
    };
    const std::vector<const RedisJob*> current = find(ids);
    std::vector<Change> changes;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const RedisJob* job = current[i];
        JobEdit edit = editor.edit(i, job == nullptr ? nullptr : &job->record);
        const bool is_put = edit.action == JobEdit::Action::put;
        if (job == nullptr && !is_put) continue;
        if (edit.action == JobEdit::Action::keep && edit.not_run.empty()) continue;
        changes.push_back({&ids[i], job, std::move(edit)});
    }
    if (changes.empty()) return true;
    RedisCommand words;
    std::int64_t staged = 0;
    words.add(static_cast<std::int64_t>(changes.size()));
    for (const Change& change : changes) {
        stage_if_long(words, staged);
        add_check(words, *change.id, change.job);
    }
    for (const Change& change : changes) {
        stage_if_long(words, staged);
        add_edit(words, change.job, change.edit);
    }
    if (staged > 0) stage(words, staged);
    RedisCommand command = session_.arguments();
    add_history_limits(command, history_, now_);
    command.add(staged).add_all(words);
    return session_.connection.run(RedisScript::edit, command, time_of(changes.size()))
               .value()
               .integer() == 1;
}

std::vector<const RedisJob*> RedisJobEditing::find(std::span<const std::string> ids) {
    found_.clear();
    for (std::size_t first = 0; first < ids.size(); first += most_words) {
        const auto part = ids.subspan(first, std::min(most_words, ids.size() - first));
        RedisCommand question = session_.arguments();
        for (const std::string& id : part) question.add(id);
        const RedisReply answer =
            session_.connection.run(RedisScript::find, question, time_of(part.size()));
        std::ranges::move(session_.jobs.read(answer.value()), std::back_inserter(found_));
    }
    std::unordered_map<std::string_view, const RedisJob*> by_id;
    for (const RedisJob& job : found_) by_id.emplace(job.id, &job);
    std::vector<const RedisJob*> jobs;
    for (const std::string& id : ids) {
        const auto found = by_id.find(id);
        jobs.push_back(found == by_id.end() ? nullptr : found->second);
    }
    return jobs;
}

void RedisJobEditing::add_check(RedisCommand& command, const std::string& id,
                                const RedisJob* current) {
    command.add(id);
    if (current == nullptr) {
        command.add("").add("").add("").add("");
    } else {
        command.add(name_generation(current->record.generation))
            .add(current->plan)
            .add(std::int64_t{current->record.running})
            .add(current->queued);
    }
}

void RedisJobEditing::add_edit(RedisCommand& command, const RedisJob* current,
                               const JobEdit& edit) {
    const std::string* id = nullptr;
    switch (edit.action) {
        case JobEdit::Action::put:
            add_put(command, current, edit.record);
            id = &edit.record.definition->id;
            break;
        case JobEdit::Action::remove:
            command.add("remove");
            break;
        case JobEdit::Action::keep:
            command.add("keep");
            break;
    }
    if (id == nullptr) id = &current->id;
    command.add(static_cast<std::int64_t>(edit.not_run.size()));
    for (const NotRun& range : edit.not_run) command.add(write_not_run(*id, range, now_));
}

void RedisJobEditing::add_put(RedisCommand& command, const RedisJob* current,
                              const JobRecord& record) {
    if (current == nullptr) {
        command.add("new");
        add_job(command, record, record.version);
        add_definition(command, *record.definition, {});
        return;
    }
    const bool is_new = record.definition != current->record.definition;
    command.add("put").add(is_new ? "1" : "0");
    add_job(command, record, current->record.version + (is_new ? 1 : 0));
    if (is_new) add_definition(command, *record.definition, stored_options(*current));
}

void RedisJobEditing::add_job(RedisCommand& command, const JobRecord& record,
                              std::int32_t version) {
    command.add(std::int64_t{version})
        .add(record.definition->settings->executor)
        .add(write_rank(*record.definition->settings))
        .add(static_cast<std::int64_t>(record.state))
        .add(record.next_run_time)
        .add(record.due)
        .add(record.last_run_time)
        .add(encode_queued(record.queued));
}

void RedisJobEditing::add_definition(RedisCommand& command, const JobDefinition& definition,
                                     std::string_view stored_options) {
    const StoredDefinition stored = codec_.encode(definition, stored_options);
    command.add(stored.added_at)
        .add(stored.task)
        .add(stored.arguments)
        .add(stored.trigger)
        .add(stored.options);
}

std::string RedisJobEditing::stored_options(const RedisJob& job) {
    const std::string key =
        session_.key_prefix() + "definition:" + name_generation(job.record.generation);
    const RedisReply options = session_.connection.run(RedisCommand{"HGET", key, "options"});
    return std::string(options.value().text());
}

}  // namespace punctual::detail
