// Jobs on a PostgreSQL server: bare libpq writes the store's rows into the store's tables, 500 a
// transaction, a column as an array. Run it by script/test-servers.

#include <libpq-fe.h>

#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "store_benchmark.hpp"

namespace punctual::benchmarks {
namespace {

class PostgresqlPlace final : public StorePlace {
public:
    explicit PostgresqlPlace(const std::string& server) : server_(server) {
        handle_.reset(PQconnectdb(server.c_str()));
        // As the store has it, so that a plan does not depend on how many rows there were before.
        run("SET client_min_messages = error; SET enable_seqscan = off; SET jit = off;"
            "SET plan_cache_mode = force_generic_plan;"
            "SET search_path = benchmark; DROP SCHEMA IF EXISTS benchmark CASCADE");
    }
    ~PostgresqlPlace() override { PQclear(PQexec(handle_.get(), "DROP SCHEMA benchmark CASCADE")); }
    PostgresqlPlace(const PostgresqlPlace&) = delete;
    PostgresqlPlace& operator=(const PostgresqlPlace&) = delete;

    [[nodiscard]] std::string url() const override {
        return server_ + (server_.find('?') == std::string::npos ? "?" : "&") + "schema=benchmark";
    }
    void add_bare(int count) override;
    void fire_bare(int count, bool history) override;

private:
    struct Close {
        void operator()(PGconn* handle) const { PQfinish(handle); }
    };

    void run(const char* sql) { check(PQexec(handle_.get(), sql)); }
    void prepare(const char* name, const char* sql) {
        check(PQprepare(handle_.get(), name, sql, 0, nullptr));
    }
    void run_prepared(const char* name, const std::vector<std::string>& parameters) {
        std::vector<const char*> values;
        for (const std::string& parameter : parameters) values.push_back(parameter.c_str());
        check(PQexecPrepared(handle_.get(), name, static_cast<int>(values.size()), values.data(),
                             nullptr, nullptr, 1));
    }
    void check(PGresult* given) const {
        const std::unique_ptr<PGresult, decltype(&PQclear)> result(given, PQclear);
        const ExecStatusType status = PQresultStatus(result.get());
        if (status == PGRES_COMMAND_OK || status == PGRES_TUPLES_OK) return;
        throw std::runtime_error(PQerrorMessage(handle_.get()));
    }

    std::string server_;
    std::unique_ptr<PGconn, Close> handle_;
};

std::string array_of(int first, const std::string& prefix = {}) {
    std::string array = "{";
    for (int i = first; i < first + batch_size; ++i) {
        if (i > first) array += ',';
        array += prefix;
        array += std::to_string(i);
    }
    return array + "}";
}

void PostgresqlPlace::add_bare(int count) {
    const JobTexts& job = job_texts();
    prepare("add",
            "INSERT INTO punctual_jobs (generation, id, version, executor, rank, state, "
            "next_run_time, due, last_run_time, running, queued, history_size) "
            "SELECT i, id::bytea, 0, 'default', 15, 0, i, i, i, 0, '', 0 FROM unnest($1::bigint[], "
            "$2::text[]) AS given(i, id)");
    prepare("define",
            "INSERT INTO punctual_definitions SELECT i, 0, 1735689600000000, $2::text, $3::text, "
            "$4::text, $5::text FROM unnest($1::bigint[]) AS given(i)");
    for (int first = 0; first < count; first += batch_size) {
        const std::string generations = array_of(first);
        run("BEGIN");
        run_prepared("add", {generations, array_of(first, "job-")});
        run_prepared("define", {generations, job.task, job.arguments, job.trigger, job.options});
        run("COMMIT");
    }
}

void PostgresqlPlace::fire_bare(int count, bool history) {
    // The limits are parameters: with numbers in their place, the server would rather sort all that
    // is due than follow the index.
    prepare("due",
            "SELECT generation, due, running FROM punctual_jobs WHERE executor = 'default' "
            "AND due <= $1::bigint ORDER BY due, rank, generation LIMIT $2::bigint "
            "FOR UPDATE SKIP LOCKED");
    prepare("advance",
            "UPDATE punctual_jobs SET next_run_time = due + 1000000, due = due + 1000000, "
            "last_run_time = due, running = running + 1 "
            "FROM unnest($1::bigint[]) AS given(i) WHERE generation = i");
    prepare("claim",
            "INSERT INTO punctual_runs SELECT i, i, id::bytea, i, i, 1, i, i "
            "FROM unnest($1::bigint[], $2::text[]) AS given(i, id)");
    prepare("settle",
            "DELETE FROM punctual_runs USING unnest($1::bigint[]) AS given(i) WHERE id = i");
    prepare(
        "record",
        "INSERT INTO punctual_history SELECT i, id::bytea, i, NULL, NULL, i, i, i, 'succeeded', "
        "1 FROM unnest($1::bigint[], $2::text[]) AS given(i, id)");
    prepare("count", "UPDATE punctual_store SET history_size = history_size + $1::bigint");
    prepare("release",
            "UPDATE punctual_jobs SET running = running - 1, "
            "history_size = history_size + $2::bigint FROM unnest($1::bigint[]) AS given(i) WHERE "
            "generation = i");
    pass_over_jobs(
        count, [&] { run("BEGIN"); },
        [&](int first) {
            const std::string settled = array_of(first);
            run_prepared("settle", {settled});
            if (history) run_prepared("record", {settled, array_of(first, "job-")});
            if (history) run_prepared("count", {std::to_string(batch_size)});
            run_prepared("release", {settled, history ? "1" : "0"});
        },
        [&](int first) {
            const std::string claimed = array_of(first);
            run_prepared("due", {std::to_string(count), std::to_string(batch_size)});
            run_prepared("advance", {claimed});
            run_prepared("claim", {claimed, array_of(first, "job-")});
        },
        [&] { run("COMMIT"); });
}

std::unique_ptr<StorePlace> make_place() {
    const char* server = std::getenv("PUNCTUAL_TEST_POSTGRESQL_URL");
    if (server == nullptr) {
        throw std::runtime_error("there is no PostgreSQL: run this by script/test-servers");
    }
    return std::make_unique<PostgresqlPlace>(server);
}

const bool is_registered = measure_store({.name = "postgresql", .make_place = make_place});

}  // namespace
}  // namespace punctual::benchmarks
