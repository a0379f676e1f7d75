#include "stores/sql/history_table.hpp"

#include <algorithm>
#include <deque>
#include <limits>

#include "stores/run_codec.hpp"

namespace punctual::detail {

namespace {

// Collects records until they are many or long enough for one statement.
struct Columns {
    SqlIntegers id, scheduled, until, count, due, started, finished, attempt;
    SqlTexts job_id{SqlTextKind::bytes};
    SqlTexts outcome{SqlTextKind::utf8};
    SqlTexts reason{SqlTextKind::bytes};
    SqlTexts output{SqlTextKind::bytes};
    SqlTexts result{SqlTextKind::utf8};
    SqlTexts progress{SqlTextKind::bytes};
    std::deque<std::string> texts;
    std::size_t bytes = 0;

    void add(const RunRecord& record) {
        const bool is_range = record.count != 1 || record.until != record.scheduled;
        id.add(record.id);
        job_id.add(record.job_id);
        scheduled.add(record.scheduled);
        until.add(is_range ? std::optional(record.until) : std::nullopt);
        is_range ? count.add(record.count) : count.add_null();
        due.add(record.due);
        started.add(record.started);
        finished.add(record.finished);
        outcome.add(to_string(record.state));
        attempt.add(std::int64_t{record.attempt});
        reason.add_unless_empty(record.reason);
        output.add_unless_empty(record.output);
        if (record.result.is_null()) {
            result.add_unless_empty({});
        } else {
            result.add_unless_empty(texts.emplace_back(encode_result(record.result)));
            bytes += texts.back().size();
        }
        if (record.progress) {
            progress.add_unless_empty(texts.emplace_back(encode_progress(record.progress)));
        } else {
            progress.add_unless_empty({});
        }
        bytes += record.reason.size() + record.output.size();
    }
    [[nodiscard]] bool is_full() const { return bytes > (8U << 20) || id.size() >= 10'000; }
    [[nodiscard]] SqlParameters parameters() const {
        return {&id,       &job_id,  &scheduled, &until,  &count,  &due,    &started,
                &finished, &outcome, &attempt,   &reason, &output, &result, &progress};
    }
};

RunRecord read(const SqlRows& rows) {
    RunRecord record;
    record.id = rows.integer(0);
    record.job_id = rows.text(1);
    record.scheduled = rows.instant(2);
    record.until = rows.optional_instant(3).value_or(record.scheduled);
    record.count = rows.is_null(4) ? 1 : rows.integer(4);
    record.due = rows.instant(5);
    record.started = rows.optional_instant(6);
    record.finished = rows.instant(7);
    record.state = run_state_from(rows.text(8));
    record.attempt = static_cast<int>(rows.integer(9));
    record.reason = rows.text(10);
    record.output = rows.text(11);
    record.result = decode_result(rows.text(12));
    record.progress = decode_progress(rows.text(13));
    return record;
}

}  // namespace

std::size_t SqlHistoryTable::send_insert(std::span<const RunRecord> records) {
    std::size_t answers = 0;
    Columns columns;
    for (const RunRecord& record : records) {
        columns.add(record);
        if (!columns.is_full() && &record != &records.back()) continue;
        connection_.send(SqlStatement::insert_history, columns.parameters());
        columns = {};
        ++answers;
    }
    return answers;
}

std::vector<RunRecord> SqlHistoryTable::list(const RunQuery& query) {
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    const std::int64_t before = query.before == 0 ? most : query.before;
    const auto limit =
        static_cast<std::int64_t>(std::min(query.limit, static_cast<std::size_t>(most)));
    SqlRows rows = query.job_id.empty()
                       ? connection_.query(SqlStatement::list_history, {before, limit})
                       : connection_.query(SqlStatement::list_history_of_job,
                                           {before, limit, std::string_view(query.job_id)});
    std::vector<RunRecord> records;
    records.reserve(rows.size());
    while (rows.next()) records.push_back(read(rows));
    return records;
}

void SqlHistoryTable::send_remove_oldest_of(const SqlHistoryChanges& counts) {
    SqlTexts job_id(SqlTextKind::bytes);
    SqlIntegers count;
    for (const auto& [id, surplus] : counts) {
        job_id.add(id);
        count.add(surplus);
    }
    connection_.send(SqlStatement::remove_oldest_of_jobs, {&job_id, &count});
}

void SqlHistoryTable::send_remove_oldest(std::int64_t count) {
    connection_.send(SqlStatement::remove_oldest, {count});
}

void SqlHistoryTable::send_remove_ended_before(Instant limit, std::int64_t count) {
    connection_.send(SqlStatement::remove_ended, {count, limit.time_since_epoch().count()});
}

std::int64_t SqlHistoryTable::receive_losses(SqlHistoryChanges& changes) {
    SqlRows rows = connection_.receive();
    while (rows.next()) {
        const std::string_view id = rows.text(0);
        const auto known = changes.find(id);
        if (known == changes.end()) {
            changes.emplace(id, -1);
        } else {
            --known->second;
        }
    }
    return static_cast<std::int64_t>(rows.size());
}

std::size_t SqlHistoryTable::send_changes(const SqlHistoryChanges& changes) {
    SqlTexts job_id(SqlTextKind::bytes);
    SqlIntegers difference;
    for (const auto& [id, change] : changes) {
        if (change == 0) continue;
        job_id.add(id);
        difference.add(change);
    }
    if (difference.empty()) return 0;
    connection_.send(SqlStatement::change_history_sizes, {&job_id, &difference});
    return 1;
}

}  // namespace punctual::detail
