#include "stores/sql/run_table.hpp"

#include <algorithm>

namespace punctual::detail {

std::size_t SqlRunTable::send_insert(std::span<const ClaimedRun> runs, Instant now) {
    if (runs.empty()) return 0;
    SqlIntegers id, generation, scheduled, due, attempt, group, started;
    SqlTexts job_id(SqlTextKind::bytes);
    for (const ClaimedRun& run : runs) {
        id.add(run.id);
        generation.add(run.generation);
        job_id.add(run.job->id);
        scheduled.add(run.scheduled);
        due.add(run.due);
        attempt.add(std::int64_t{run.attempt});
        group.add(run.group);
        started.add(run.started ? std::optional(now) : std::nullopt);
    }
    connection_.send(SqlStatement::insert_runs,
                     {&id, &generation, &job_id, &scheduled, &due, &attempt, &group, &started});
    return 1;
}

void SqlRunTable::send_start(std::span<const ClaimedRun> runs, Instant now) {
    SqlIntegers id, attempt;
    for (const ClaimedRun& run : runs) {
        id.add(run.id);
        attempt.add(std::int64_t{run.attempt});
    }
    connection_.send(SqlStatement::start_runs, {now.time_since_epoch().count(), &id, &attempt});
}

void SqlRunTable::send_take(std::span<const Settlement> settlements) {
    SqlIntegers id, attempt;
    for (const Settlement& settlement : settlements) {
        id.add(settlement.run.id);
        attempt.add(std::int64_t{settlement.run.attempt});
    }
    connection_.send(SqlStatement::take_runs, {&id, &attempt});
}

std::vector<RunId> SqlRunTable::receive_ids() {
    SqlRows rows = connection_.receive();
    std::vector<RunId> ids;
    ids.reserve(rows.size());
    while (rows.next()) ids.push_back(rows.integer(0));
    return ids;
}

void SqlRunTable::retry(std::span<const ClaimedRun> runs) {
    if (runs.empty()) return;
    SqlIntegers id, attempt;
    for (const ClaimedRun& run : runs) {
        id.add(run.id);
        attempt.add(std::int64_t{run.attempt});
    }
    connection_.run(SqlStatement::retry_runs, {&id, &attempt});
}

std::vector<SqlRunTable::Unsettled> SqlRunTable::unsettled() {
    return read_all(connection_.query(SqlStatement::unsettled_runs, {}));
}

std::vector<SqlRunTable::Unsettled> SqlRunTable::take_waiting(const SqlIntegers& generations) {
    if (generations.empty()) return {};
    return read_all(connection_.query(SqlStatement::take_waiting_runs, {&generations}));
}

std::vector<SqlRunTable::Unsettled> SqlRunTable::take_all_waiting() {
    return read_all(connection_.query(SqlStatement::take_all_waiting_runs, {}));
}

std::vector<SqlRunTable::Unsettled> SqlRunTable::read_all(SqlRows rows) {
    std::vector<Unsettled> all;
    all.reserve(rows.size());
    while (rows.next()) {
        Unsettled& entry = all.emplace_back();
        entry.run.id = rows.integer(0);
        entry.run.generation = rows.integer(1);
        entry.job_id = rows.text(2);
        entry.run.scheduled = rows.instant(3);
        entry.run.due = rows.instant(4);
        entry.run.attempt = static_cast<int>(rows.integer(5));
        entry.run.group = rows.integer(6);
        entry.run.started = !rows.is_null(7);
    }
    std::ranges::sort(all, {}, [](const Unsettled& entry) { return entry.run.id; });
    return all;
}

}  // namespace punctual::detail
