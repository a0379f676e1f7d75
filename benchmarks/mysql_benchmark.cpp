// Jobs on a MariaDB server: bare libmariadb writes the store's rows into the store's tables, 500 a
// transaction, each statement with arrays of parameters. Run it by script/test-servers.

#include <mysql.h>

#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "store_benchmark.hpp"
#include "stores/mysql/location.hpp"

namespace punctual::benchmarks {
namespace {

const char* text_or_null(const std::string& text) {
    return text.empty() ? nullptr : text.c_str();
}

class BareConnection {
public:
    explicit BareConnection(const detail::MysqlLocation& location)
        : handle_(mysql_init(nullptr), mysql_close) {
        if (mysql_real_connect(handle(), text_or_null(location.host), location.user.c_str(),
                               location.password.c_str(), location.database.c_str(), location.port,
                               text_or_null(location.socket), CLIENT_MULTI_STATEMENTS) == nullptr) {
            throw std::runtime_error(mysql_error(handle()));
        }
        run("SET SESSION tx_isolation = 'READ-COMMITTED', sql_mode = 'STRICT_ALL_TABLES'");
    }

    void run(const std::string& sql) {
        int more = mysql_real_query(handle(), sql.data(), sql.size());
        for (; more == 0; more = mysql_next_result(handle())) {
            mysql_free_result(mysql_store_result(handle()));
        }
        if (more > 0) throw std::runtime_error(sql + ": " + mysql_error(handle()));
    }
    [[nodiscard]] MYSQL* handle() const { return handle_.get(); }

private:
    std::unique_ptr<MYSQL, decltype(&mysql_close)> handle_;
};

/// Executed once with whole columns, which are bound in the order of the text.
class BareStatement {
public:
    BareStatement(const BareConnection& connection, const std::string& sql)
        : handle_(mysql_stmt_init(connection.handle()), mysql_stmt_close) {
        check(mysql_stmt_prepare(handle_.get(), sql.data(), sql.size()));
    }

    BareStatement& bind(std::vector<std::int64_t>& column) {
        MYSQL_BIND& bind = binds_.emplace_back();
        bind.buffer_type = MYSQL_TYPE_LONGLONG;
        bind.buffer = column.data();
        return *this;
    }
    BareStatement& bind(std::vector<std::string>& column) {
        Texts& texts = texts_.emplace_back(std::make_unique<TextColumn>());
        for (std::string& text : column) {
            texts->pointers.push_back(text.data());
            texts->lengths.push_back(static_cast<unsigned long>(text.size()));
        }
        MYSQL_BIND& bind = binds_.emplace_back();
        bind.buffer_type = MYSQL_TYPE_STRING;
        bind.buffer = texts->pointers.data();
        bind.length = texts->lengths.data();
        return *this;
    }
    void run() {
        unsigned rows = batch_size;
        mysql_stmt_attr_set(handle_.get(), STMT_ATTR_ARRAY_SIZE, &rows);
        check(mysql_stmt_bind_param(handle_.get(), binds_.data()));
        check(mysql_stmt_execute(handle_.get()));
        binds_.clear();
        texts_.clear();
    }

private:
    struct TextColumn {
        std::vector<char*> pointers;
        std::vector<unsigned long> lengths;
    };
    using Texts = std::unique_ptr<TextColumn>;

    template <class Failed>
    void check(Failed failed) const {
        if (failed) throw std::runtime_error(mysql_stmt_error(handle_.get()));
    }

    std::unique_ptr<MYSQL_STMT, decltype(&mysql_stmt_close)> handle_;
    std::vector<MYSQL_BIND> binds_;
    std::vector<Texts> texts_;
};

struct Batch {
    explicit Batch(int first) {
        for (int i = first; i < first + batch_size; ++i) {
            numbers.push_back(i);
            ids.push_back(job_id(i));
        }
    }
    std::vector<std::int64_t> numbers;
    std::vector<std::string> ids;
};

class MysqlPlace final : public StorePlace {
public:
    explicit MysqlPlace(const std::string& server)
        : server_(server), connection_(detail::parse_mysql_url(server)) {
        drop_all();
    }
    ~MysqlPlace() override {
        try {
            drop_all();
        } catch (const std::exception& error) {
            std::fprintf(stderr, "tables of a benchmark are left: %s\n", error.what());
        }
    }
    MysqlPlace(const MysqlPlace&) = delete;
    MysqlPlace& operator=(const MysqlPlace&) = delete;

    [[nodiscard]] std::string url() const override {
        return server_ + (server_.find('?') == std::string::npos ? "?" : "&") + "prefix=benchmark_";
    }
    void add_bare(int count) override;
    void fire_bare(int count, bool history) override;

private:
    void drop_all() {
        connection_.run(
            "DROP TABLE IF EXISTS benchmark_store, benchmark_nodes, benchmark_jobs, "
            "benchmark_definitions, benchmark_runs, benchmark_history;"
            "DROP SEQUENCE IF EXISTS benchmark_generations, benchmark_run_ids");
    }

    std::string server_;
    BareConnection connection_;
};

void MysqlPlace::add_bare(int count) {
    const JobTexts& job = job_texts();
    const auto quoted = [](const std::string& text) { return "'" + text + "'"; };
    BareStatement add(connection_,
                      "INSERT INTO benchmark_jobs (generation, id, version, executor, `rank`, "
                      "state, next_run_time, due, last_run_time, running, queued, history_size) "
                      "VALUES (?, ?, 0, 'default', 15, 0, ?, ?, ?, 0, '', 0)");
    BareStatement define(connection_,
                         "INSERT INTO benchmark_definitions VALUES (?, 0, 1735689600000000, " +
                             quoted(job.task) + ", " + quoted(job.arguments) + ", " +
                             quoted(job.trigger) + ", " + quoted(job.options) + ")");
    for (int first = 0; first < count; first += batch_size) {
        Batch jobs(first);
        connection_.run("BEGIN");
        add.bind(jobs.numbers).bind(jobs.ids);
        add.bind(jobs.numbers).bind(jobs.numbers).bind(jobs.numbers).run();
        define.bind(jobs.numbers).run();
        connection_.run("COMMIT");
    }
}

void MysqlPlace::fire_bare(int count, bool history) {
    BareStatement advance(connection_,
                          "UPDATE benchmark_jobs SET last_run_time = due, due = due + 1000000, "
                          "next_run_time = due, running = running + 1 WHERE generation = ?");
    BareStatement claim(connection_,
                        "INSERT INTO benchmark_runs VALUES (?, ?, ?, ?, ?, 1, ?, ?, NULL)");
    BareStatement settle(connection_, "DELETE FROM benchmark_runs WHERE id = ?");
    BareStatement record(connection_,
                         "INSERT INTO benchmark_history (id, job_id, scheduled, due, started, "
                         "finished, outcome, attempt) VALUES (?, ?, ?, ?, ?, ?, 'succeeded', 1)");
    BareStatement release(connection_,
                          "UPDATE benchmark_jobs SET running = running - 1, history_size = "
                          "history_size + ? WHERE generation = ?");
    std::vector<std::int64_t> records(batch_size, history ? 1 : 0);
    pass_over_jobs(
        count, [&] { connection_.run("BEGIN"); },
        [&](int first) {
            Batch jobs(first);
            settle.bind(jobs.numbers).run();
            if (history) {
                record.bind(jobs.numbers).bind(jobs.ids).bind(jobs.numbers).bind(jobs.numbers);
                record.bind(jobs.numbers).bind(jobs.numbers).run();
                connection_.run("UPDATE benchmark_store SET history_size = history_size + 500");
            }
            release.bind(records).bind(jobs.numbers).run();
        },
        [&](int first) {
            Batch jobs(first);
            connection_.run(
                "SELECT generation, due, running FROM benchmark_jobs FORCE INDEX (by_due) "
                "WHERE executor = 'default' AND due <= 1000000 ORDER BY due, `rank`, generation "
                "LIMIT 500 "
                "FOR UPDATE SKIP LOCKED");
            advance.bind(jobs.numbers).run();
            claim.bind(jobs.numbers).bind(jobs.numbers).bind(jobs.ids).bind(jobs.numbers);
            claim.bind(jobs.numbers).bind(jobs.numbers).bind(jobs.numbers).run();
        },
        [&] { connection_.run("COMMIT"); });
}

std::unique_ptr<StorePlace> make_place() {
    const char* server = std::getenv("PUNCTUAL_TEST_MYSQL_URL");
    if (server == nullptr) {
        throw std::runtime_error("there is no MariaDB: run this by script/test-servers");
    }
    return std::make_unique<MysqlPlace>(server);
}

const bool is_registered = measure_store({.name = "mysql", .make_place = make_place});

}  // namespace
}  // namespace punctual::benchmarks
