#pragma once
// A prepared statement of the store, with its parameters bound to it.

#include <vector>

#include "stores/sql/kept_rows.hpp"
#include "stores/sqlite/database.hpp"
#include "stores/sqlite/statements.hpp"

namespace punctual::detail {

/// SQLite takes no columns, and needs none: there is no way to a server, so that a step for each
/// row is as quick as it gets.
/// *Lifetime*: within that of the database.
class SqlitePrepared {
public:
    SqlitePrepared(SqliteDatabase& database, const SqliteText& text);

    /// For each row of parameters runs the statements, one after the other. What they give and
    /// change is added to `rows`.
    void execute(const SqlParameters& parameters, SqlKeptRows& rows);

private:
    struct Step {
        SqliteStatement statement;
        int parameters;
        int columns;
        bool only_reads;
    };

    void run(const Step& step, const SqlParameters& parameters, std::size_t row, SqlKeptRows& rows);

    SqliteDatabase& database_;
    std::vector<Step> steps_;
    int given_;
};

}  // namespace punctual::detail
