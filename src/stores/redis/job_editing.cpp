#include "stores/redis/job_editing.hpp"

#include <fmt/format.h>
#include <unordered_map>

#include "stores/queued_runs.hpp"
#include "stores/redis/pass.hpp"
#include "stores/redis/run_text.hpp"

namespace punctual::detail {

namespace {

// One step holds up the server for its length: a second for so many jobs. Redis before 7 takes
// commands of at most a million words besides.
constexpr std::size_t most_jobs_added = 80'000;
constexpr int most_attempts = 20;

}  // namespace

std::vector<std::size_t> RedisJobEditing::add(std::span<const JobRecord> jobs) {
    if (jobs.size() > most_jobs_added) {
        throw StoreError(fmt::format("{} takes at most {} jobs at once, and these are {}",
                                     session_.connection.location().describe(), most_jobs_added,
                                     jobs.size()));
    }
    RedisCommand command = session_.arguments();
    command.add(static_cast<std::int64_t>(jobs.size()));
    for (const JobRecord& job : jobs) command.add(job.definition->id);
    for (const JobRecord& job : jobs) {
        add_job(command, job, job.version);
        add_definition(command, *job.definition, {});
    }
    const RedisReply answer = session_.connection.run(RedisScript::add, command);
    std::vector<std::size_t> conflicts;
    for (std::size_t i = 0; i < answer.size(); ++i) {
        conflicts.push_back(static_cast<std::size_t>(answer[i].integer()));
    }
    return conflicts;
}

void RedisJobEditing::edit(std::span<const std::string> ids, JobEditor& editor) {
    for (int attempt = 0; attempt < most_attempts; ++attempt) {
        if (try_to_edit(ids, editor)) return;
    }
    throw StoreUnavailableError(fmt::format("{} changes faster than its jobs can be edited",
                                            session_.connection.location().describe()));
}

bool RedisJobEditing::try_to_edit(std::span<const std::string> ids, JobEditor& editor) {
    const std::vector<const RedisJob*> current = find(ids);
    RedisCommand checks;
    RedisCommand edits;
    std::int64_t count = 0;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const RedisJob* job = current[i];
        const JobEdit edit = editor.edit(i, job == nullptr ? nullptr : &job->record);
        const bool is_put = edit.action == JobEdit::Action::put;
        if (job == nullptr && !is_put) continue;
        if (edit.action == JobEdit::Action::keep && edit.not_run.empty()) continue;
        add_check(checks, ids[i], job);
        add_edit(edits, job, edit);
        ++count;
    }
    if (count == 0) return true;
    RedisCommand command = session_.arguments();
    add_history_limits(command, history_, now_);
    command.add(count).add_all(checks).add_all(edits);
    return session_.connection.run(RedisScript::edit, command).value().integer() == 1;
}

std::vector<const RedisJob*> RedisJobEditing::find(std::span<const std::string> ids) {
    RedisCommand question = session_.arguments();
    for (const std::string& id : ids) question.add(id);
    const RedisReply answer = session_.connection.run(RedisScript::find, question);
    found_ = session_.jobs.read(answer.value());
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
