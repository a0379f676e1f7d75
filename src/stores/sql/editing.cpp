#include "stores/sql/editing.hpp"

#include <algorithm>
#include <unordered_set>

#include "stores/run_codec.hpp"

namespace punctual::detail {

namespace {

// So many jobs are read, and held, before they are written.
constexpr std::size_t largest_part = 1000;

// An id that stands twice is edited twice, the second time as the first has left it.
std::size_t length_of_part(std::span<const std::string> ids) {
    std::unordered_set<std::string_view> seen;
    std::size_t length = 0;
    while (length < std::min(ids.size(), largest_part) && seen.insert(ids[length]).second) {
        ++length;
    }
    return length;
}

}  // namespace

void SqlEditing::edit(std::span<const std::string> ids) {
    std::size_t index = 0;
    while (index < ids.size()) {
        const std::size_t length = length_of_part(ids.subspan(index));
        edit_part(ids.subspan(index, length), index);
        index += length;
    }
}

void SqlEditing::edit_part(std::span<const std::string> ids, std::size_t first_index) {
    SqlTexts wanted(SqlTextKind::bytes);
    for (const std::string& id : ids) wanted.add(id);
    jobs_ = work_.session.jobs.find(wanted, true);
    std::unordered_map<std::string_view, const SqlJob*> found;
    for (const SqlJob& job : jobs_) found.emplace(job.record.definition->id, &job);

    current_.clear();
    std::vector<JobEdit> edits;
    for (std::size_t i = 0; i < ids.size(); ++i) {
        const auto entry = found.find(ids[i]);
        current_.push_back(entry == found.end() ? nullptr : entry->second);
        edits.push_back(
            editor_.edit(first_index + i, current_[i] ? &current_[i]->record : nullptr));
    }
    put(edits);
    for (std::size_t i = 0; i < edits.size(); ++i) record_not_run(edits[i], current_[i]);
    remove(edits);
}

void SqlEditing::put(std::span<const JobEdit> edits) {
    std::vector<SqlReplacement> replacements;
    std::vector<const JobRecord*> added;
    std::vector<std::int64_t> generations;
    for (std::size_t i = 0; i < edits.size(); ++i) {
        if (edits[i].action != JobEdit::Action::put) continue;
        if (current_[i] != nullptr) {
            replacements.push_back({&current_[i]->record, &edits[i].record});
        } else {
            added.push_back(&edits[i].record);
            generations.push_back(work_.session.generations.take());
        }
    }
    work_.session.jobs.replace(replacements);
    try {
        work_.session.connection->receive_and_drop(
            work_.session.jobs.send_insert(added, generations));
    } catch (const SqlDuplicateError& error) {
        // Another one added it since it was looked for.
        throw SqlConflictError(error.what());
    }
}

void SqlEditing::record_not_run(const JobEdit& edit, const SqlJob* current) {
    if (edit.not_run.empty() || !work_.keeper.keeps()) return;
    if (edit.action != JobEdit::Action::put && current == nullptr) return;
    const JobDefinition& definition =
        edit.action == JobEdit::Action::put ? *edit.record.definition : *current->record.definition;
    for (const NotRun& range : edit.not_run) {
        work_.keeper.add(
            record_of_not_run(work_.session.run_ids.take(), definition.id, range, now_));
    }
    const auto count = static_cast<std::int64_t>(edit.not_run.size());
    work_.keeper.change_size(definition.id, count);
    if (current != nullptr) work_.keeper.note_size(definition.id, current->history_size + count);
}

void SqlEditing::remove(std::span<const JobEdit> edits) {
    SqlIntegers generations;
    SqlIntegers running;
    for (std::size_t i = 0; i < edits.size(); ++i) {
        if (edits[i].action != JobEdit::Action::remove || current_[i] == nullptr) continue;
        generations.add(current_[i]->record.generation);
        if (current_[i]->record.running > 0) running.add(current_[i]->record.generation);
    }
    for (const auto& waiting : work_.session.runs.take_waiting(running)) {
        if (!work_.keeper.keeps()) break;
        work_.keeper.add(record_of_cancelled(waiting.run, waiting.job_id, now_));
    }
    work_.session.jobs.remove(generations);
}

}  // namespace punctual::detail
