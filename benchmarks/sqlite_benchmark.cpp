// Jobs in an SQLite file: the bare library writes the store's rows into the store's tables, 500 a
// transaction, with the same pragmas, on the same file system.

#include <sqlite3.h>

#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>

#include "store_benchmark.hpp"
#include "temporary_folder.hpp"

namespace punctual::benchmarks {
namespace {

class BareStatement {
public:
    BareStatement(sqlite3* database, const char* sql) {
        if (sqlite3_prepare_v2(database, sql, -1, &statement_, nullptr) != SQLITE_OK)
            throw std::runtime_error(sqlite3_errmsg(database));
    }
    ~BareStatement() { sqlite3_finalize(statement_); }
    BareStatement(const BareStatement&) = delete;
    BareStatement& operator=(const BareStatement&) = delete;

    BareStatement& bind(int index, std::int64_t value) {
        sqlite3_bind_int64(statement_, index, value);
        return *this;
    }
    BareStatement& bind(int index, const std::string& text) {
        sqlite3_bind_text(statement_, index, text.data(), static_cast<int>(text.size()),
                          SQLITE_STATIC);
        return *this;
    }
    void run() {
        if (sqlite3_step(statement_) != SQLITE_DONE)
            throw std::runtime_error("SQLite refused a statement");
        sqlite3_reset(statement_);
    }

private:
    sqlite3_stmt* statement_ = nullptr;
};

class BareDatabase {
public:
    explicit BareDatabase(const std::string& file) {
        if (sqlite3_open(file.c_str(), &handle_) != SQLITE_OK) std::abort();
        execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
    }
    ~BareDatabase() { sqlite3_close(handle_); }
    BareDatabase(const BareDatabase&) = delete;
    BareDatabase& operator=(const BareDatabase&) = delete;

    void execute(const char* sql) {
        if (sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
            throw std::runtime_error(sqlite3_errmsg(handle_));
        }
    }
    [[nodiscard]] sqlite3* handle() const { return handle_; }

private:
    sqlite3* handle_ = nullptr;
};

class SqlitePlace final : public StorePlace {
public:
    [[nodiscard]] std::string url() const override { return "sqlite:///" + file(); }
    void add_bare(int count) override;
    void fire_bare(int count, bool history) override;

private:
    [[nodiscard]] std::string file() const { return folder_.file("jobs.sqlite"); }

    TemporaryFolder folder_;
};

void SqlitePlace::add_bare(int count) {
    const JobTexts& texts = job_texts();
    BareDatabase database(file());
    BareStatement add(database.handle(),
                      "INSERT INTO jobs (generation, id, version, executor, rank, state, "
                      "next_run_time, due, last_run_time, running, queued, history_size) "
                      "VALUES (?1, ?2, 0, 'default', 15, 0, ?1, ?1, ?1, 0, '', 0)");
    BareStatement define(database.handle(),
                         "INSERT INTO definitions VALUES (?, 1735689600000000, ?, ?, ?, ?)");
    BareStatement counters(database.handle(), "UPDATE store SET next_generation = ?");
    for (int first = 0; first < count; first += batch_size) {
        database.execute("BEGIN IMMEDIATE");
        for (int i = first; i < first + batch_size; ++i) {
            const std::string id = job_id(i);
            add.bind(1, i).bind(2, id).run();
            define.bind(1, i).bind(2, texts.task).bind(3, texts.arguments);
            define.bind(4, texts.trigger).bind(5, texts.options).run();
        }
        counters.bind(1, first + batch_size).run();
        database.execute("COMMIT");
    }
}

void SqlitePlace::fire_bare(int count, bool history) {
    BareDatabase database(file());
    BareStatement advance(database.handle(),
                          "UPDATE jobs SET due = ?1, next_run_time = ?1, last_run_time = due, "
                          "running = running + 1 WHERE generation = ?2");
    BareStatement claim(database.handle(),
                        "INSERT INTO runs VALUES (?1, ?1, ?2, ?1, ?1, 1, ?1, ?1, NULL)");
    BareStatement settle(database.handle(), "DELETE FROM runs WHERE id = ?");
    BareStatement record(database.handle(),
                         "INSERT INTO history (id, job_id, scheduled, due, started, finished, "
                         "outcome, attempt) VALUES (?1, ?2, ?1, ?1, ?1, ?1, 'succeeded', 1)");
    BareStatement release(database.handle(),
                          "UPDATE jobs SET running = running - 1, history_size = history_size + ?1 "
                          "WHERE generation = ?2");
    pass_over_jobs(
        count, [&] { database.execute("BEGIN IMMEDIATE"); },
        [&](int first) {
            for (int i = first; i < first + batch_size; ++i) {
                const std::string id = job_id(i);
                settle.bind(1, i).run();
                if (history) record.bind(1, i).bind(2, id).run();
                release.bind(1, history ? 1 : 0).bind(2, i).run();
            }
            if (history) database.execute("UPDATE store SET history_size = history_size + 500");
        },
        [&](int first) {
            for (int i = first; i < first + batch_size; ++i) {
                const std::string id = job_id(i);
                advance.bind(1, i + count).bind(2, i).run();
                claim.bind(1, i).bind(2, id).run();
            }
        },
        [&] { database.execute("COMMIT"); });
}

std::unique_ptr<StorePlace> make_place() {
    return std::make_unique<SqlitePlace>();
}

const bool is_registered =
    measure_store({.name = "sqlite", .make_place = make_place, .add = "add"});

}  // namespace
}  // namespace punctual::benchmarks
