#include "stores/sqlite/job_table.hpp"

#include <fmt/format.h>

#include "stores/page_start.hpp"

namespace punctual::detail {

namespace {

// The columns that `read` reads. The index on `due` leaves out what is never due, so its queries
// have to say the same.
constexpr std::string_view columns =
    "generation, version, next_run_time, due, last_run_time, running, state, id";
constexpr std::string_view is_due_some_time = "due < 9223372036854775807";

std::string select(std::string_view rest) {
    return fmt::format("SELECT {} FROM jobs {}", columns, rest);
}

}  // namespace

SqliteJobTable::SqliteJobTable(SqliteDatabase& database)
    : insert_(database,
              "INSERT INTO jobs (generation, id, version, executor, state, next_run_time, due, "
              "last_run_time, running, history_size) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, 0, "
              "(SELECT count(*) FROM history WHERE job_id = ?2)) ON CONFLICT (id) DO NOTHING"),
      insert_definition_(database,
                         "INSERT INTO definitions (generation, added_at, task, arguments, trigger, "
                         "options) VALUES (?, ?, ?, ?, ?, ?)"),
      replace_(database,
               "UPDATE jobs SET version = ?, executor = ?, state = ?, next_run_time = ?, due = ?, "
               "last_run_time = ? WHERE generation = ?"),
      replace_definition_(database,
                          "UPDATE definitions SET added_at = ?, task = ?, arguments = ?, "
                          "trigger = ?, options = ? WHERE generation = ?"),
      move_on_(database,
               "UPDATE jobs SET state = ?, next_run_time = ?, due = ?, last_run_time = ?, "
               "running = running + ? WHERE generation = ?"),
      set_aside_(database, "UPDATE jobs SET due = ? WHERE generation = ?"),
      remove_(database, "DELETE FROM jobs WHERE generation = ?"),
      remove_definition_(database, "DELETE FROM definitions WHERE generation = ?"),
      remove_all_(database, "DELETE FROM jobs"),
      remove_all_definitions_(database, "DELETE FROM definitions"),
      settle_(database,
              "UPDATE jobs SET running = running - ?, history_size = history_size + 1 "
              "WHERE generation = ?"),
      history_size_(database, "SELECT history_size FROM jobs WHERE generation = ?"),
      begin_group_(database, "UPDATE jobs SET running = running + 1 WHERE generation = ?"),
      end_group_(database, "UPDATE jobs SET running = running - 1 WHERE generation = ?"),
      change_history_(database,
                      "UPDATE jobs SET history_size = history_size + ? WHERE id = ? "
                      "RETURNING history_size"),
      find_(database, select("WHERE id = ?")),
      find_generation_(database, select("WHERE generation = ?")),
      definition_(database,
                  "SELECT added_at, task, arguments, trigger, options FROM definitions "
                  "WHERE generation = ?"),
      list_(database, select("WHERE (next_run_time, generation) > (?, ?) "
                             "ORDER BY next_run_time, generation LIMIT ?")),
      due_(database, select(fmt::format("WHERE executor = ? AND due <= ? AND {} "
                                        "ORDER BY due, generation LIMIT ?",
                                        is_due_some_time))),
      next_due_(database, fmt::format("SELECT due FROM jobs WHERE executor = ? AND {} "
                                      "ORDER BY due LIMIT 1",
                                      is_due_some_time)),
      done_(database, select("WHERE state = 2 AND running = 0")) {}

bool SqliteJobTable::insert(const JobRecord& job, std::int64_t generation) {
    const JobDefinition& definition = *job.definition;
    const StoredDefinition stored = codec_.encode(definition);
    if (insert_.run(generation, definition.id, job.version, definition.settings->executor,
                    static_cast<int>(job.state), job.next_run_time, job.due,
                    job.last_run_time) == 0) {
        return false;
    }
    insert_definition_.run(generation, stored.added_at, stored.task, stored.arguments,
                           stored.trigger, stored.options);
    return true;
}

void SqliteJobTable::replace(const JobRecord& current, const JobRecord& changed) {
    const JobDefinition& definition = *changed.definition;
    std::int32_t version = current.version;
    if (changed.definition != current.definition) {
        ++version;
        replace_definition(current.generation, definition);
    }
    replace_.run(version, definition.settings->executor, static_cast<int>(changed.state),
                 changed.next_run_time, changed.due, changed.last_run_time, current.generation);
}

void SqliteJobTable::replace_definition(std::int64_t generation, const JobDefinition& definition) {
    std::string options;
    {
        SqliteRows rows = definition_.query(generation);
        if (rows.next()) options = rows.text(4);
    }
    const StoredDefinition stored = codec_.encode(definition, options);
    replace_definition_.run(stored.added_at, stored.task, stored.arguments, stored.trigger,
                            stored.options, generation);
}

void SqliteJobTable::move_on(const JobRecord& job, const Decision& decision) {
    const std::int64_t groups = decision.runs.empty() ? 0 : 1;
    move_on_.run(static_cast<int>(decision.state), decision.next_run_time, decision.due,
                 decision.last_run_time, groups, job.generation);
}

void SqliteJobTable::set_aside(std::int64_t generation, Instant due) {
    set_aside_.run(due, generation);
}

void SqliteJobTable::remove(std::int64_t generation) {
    remove_.run(generation);
    remove_definition_.run(generation);
}

std::int64_t SqliteJobTable::remove_all() {
    remove_all_definitions_.run();
    return remove_all_.run();
}

std::int64_t SqliteJobTable::settle(std::int64_t generation, std::int64_t ended_groups) {
    // Twice as fast as RETURNING, which keeps its rows in a table of its own first.
    if (settle_.run(ended_groups, generation) == 0) return 0;
    SqliteRows rows = history_size_.query(generation);
    return rows.next() ? rows.integer(0) : 0;
}

void SqliteJobTable::begin_group(std::int64_t generation) {
    begin_group_.run(generation);
}

void SqliteJobTable::end_group(std::int64_t generation) {
    end_group_.run(generation);
}

std::int64_t SqliteJobTable::change_history(std::string_view id, std::int64_t difference) {
    SqliteRows rows = change_history_.query(difference, id);
    return rows.next() ? rows.integer(0) : 0;
}

std::optional<JobRecord> SqliteJobTable::find(std::string_view id) {
    SqliteRows rows = find_.query(id);
    return rows.next() ? std::optional(read(rows)) : std::nullopt;
}

std::shared_ptr<const JobDefinition> SqliteJobTable::find_definition(std::int64_t generation) {
    SqliteRows rows = find_generation_.query(generation);
    return rows.next() ? read(rows).definition : nullptr;
}

JobPage SqliteJobTable::list(std::string_view after, std::size_t limit) {
    const PageStart start = parse_page_start(after);
    JobPage page;
    SqliteRows rows = list_.query(start.next_run_time, start.generation, rows_of_page(limit));
    while (rows.next()) {
        if (page.jobs.size() == limit) {
            if (limit > 0) page.next = format_page_start(page.jobs.back());
            break;
        }
        page.jobs.push_back(read(rows));
    }
    return page;
}

void SqliteJobTable::append_due(const ClaimRequest& request, Instant now,
                                std::vector<JobRecord>& jobs) {
    SqliteRows rows = due_.query(request.executor, now, static_cast<std::int64_t>(request.limit));
    while (rows.next()) jobs.push_back(read(rows));
}

Instant SqliteJobTable::next_due(std::string_view executor) {
    SqliteRows rows = next_due_.query(executor);
    return rows.next() ? rows.instant(0) : never;
}

std::vector<JobRecord> SqliteJobTable::done() {
    std::vector<JobRecord> jobs;
    SqliteRows rows = done_.query();
    while (rows.next()) jobs.push_back(read(rows));
    return jobs;
}

void SqliteJobTable::forget_what_was_read() {
    definitions_.clear();
}

JobRecord SqliteJobTable::read(const SqliteRows& rows) {
    JobRecord job;
    job.generation = rows.integer(0);
    job.version = static_cast<std::int32_t>(rows.integer(1));
    job.next_run_time = rows.instant(2);
    job.due = rows.instant(3);
    job.last_run_time = rows.instant(4);
    job.running = static_cast<std::int32_t>(rows.integer(5));
    job.state = static_cast<JobState>(rows.integer(6));
    job.definition = definition_of({job.generation, job.version}, rows.text(7));
    return job;
}

std::shared_ptr<const JobDefinition> SqliteJobTable::definition_of(Key key, std::string_view id) {
    if (const auto* known = definitions_.find(key)) return *known;
    SqliteRows rows = definition_.query(key.generation);
    // A row that is missing reads as one of empty texts: a definition at fault.
    const bool found = rows.next();
    StoredDefinitionView stored;
    if (found) {
        stored = {.task = rows.text(1),
                  .arguments = rows.text(2),
                  .trigger = rows.text(3),
                  .options = rows.text(4),
                  .added_at = rows.instant(0)};
    }
    auto definition = codec_.decode(std::string(id), stored);
    return definitions_.keep(key, std::move(definition));
}

}  // namespace punctual::detail
