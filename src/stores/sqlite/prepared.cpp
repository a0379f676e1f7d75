#include "stores/sqlite/prepared.hpp"

#include <sqlite3.h>

namespace punctual::detail {

namespace {

// Ready for the next row, also after an error.
class Reset {
public:
    explicit Reset(sqlite3_stmt* statement) : statement_(statement) {}
    ~Reset() { sqlite3_reset(statement_); }
    Reset(const Reset&) = delete;
    Reset& operator=(const Reset&) = delete;

private:
    sqlite3_stmt* statement_;
};

// Binding fails for want of memory, or for a text beyond SQLite's limit.
struct Bind {
    sqlite3_stmt* statement;
    int index;
    std::size_t row;

    [[nodiscard]] int operator()(std::int64_t value) const {
        return sqlite3_bind_int64(statement, index, value);
    }
    [[nodiscard]] int operator()(std::string_view text) const {
        const char* bytes = text.data() == nullptr ? "" : text.data();
        return sqlite3_bind_text64(statement, index, bytes, text.size(), SQLITE_STATIC,
                                   SQLITE_UTF8);
    }
    [[nodiscard]] int operator()(const auto* column) const {
        const auto& value = column->values()[row];
        return value ? (*this)(*value) : sqlite3_bind_null(statement, index);
    }
};

// One, where no parameter is a column.
std::size_t count_rows(const SqlParameters& parameters) {
    for (const SqlParameter& parameter : parameters) {
        if (const auto* integers = std::get_if<const SqlIntegers*>(&parameter)) {
            return (*integers)->size();
        }
        if (const auto* texts = std::get_if<const SqlTexts*>(&parameter)) return (*texts)->size();
    }
    return 1;
}

void read_row(sqlite3_stmt* statement, int columns, SqlKeptRows& rows) {
    for (int i = 0; i < columns; ++i) {
        switch (sqlite3_column_type(statement, i)) {
            case SQLITE_INTEGER:
                rows.add(sqlite3_column_int64(statement, i));
                break;
            case SQLITE_NULL:
                rows.add_null();
                break;
            default:
                const auto* bytes = sqlite3_column_text(statement, i);
                const auto length = static_cast<std::size_t>(sqlite3_column_bytes(statement, i));
                rows.add(std::string_view(reinterpret_cast<const char*>(bytes), length));
        }
    }
}

}  // namespace

SqlitePrepared::SqlitePrepared(SqliteDatabase& database, const SqliteText& text)
    : database_(database), given_(text.given) {
    std::string_view sql = text.sql;
    while (!sql.empty()) {
        SqliteStatement statement = database.prepare(sql);
        sqlite3_stmt* handle = statement.get();
        steps_.push_back({.statement = std::move(statement),
                          .parameters = sqlite3_bind_parameter_count(handle),
                          .columns = sqlite3_column_count(handle),
                          .only_reads = sqlite3_stmt_readonly(handle) != 0});
    }
}

void SqlitePrepared::execute(const SqlParameters& parameters, SqlKeptRows& rows) {
    if (given_ > 0) rows.set_width(1);
    const std::size_t count = count_rows(parameters);
    for (std::size_t row = 0; row < count; ++row) {
        for (const Step& step : steps_) run(step, parameters, row, rows);
    }
}

void SqlitePrepared::run(const Step& step, const SqlParameters& parameters, std::size_t row,
                         SqlKeptRows& rows) {
    sqlite3_stmt* statement = step.statement.get();
    const Reset reset(statement);
    for (int i = 0; i < step.parameters; ++i) {
        const int code =
            std::visit(Bind{statement, i + 1, row}, parameters[static_cast<std::size_t>(i)]);
        if (code != SQLITE_OK) database_.fail(code);
    }
    if (step.columns > 0) rows.set_width(static_cast<std::size_t>(step.columns));
    int code = sqlite3_step(statement);
    for (; code == SQLITE_ROW; code = sqlite3_step(statement)) {
        read_row(statement, step.columns, rows);
    }
    if (code != SQLITE_DONE) database_.fail(code);
    if (step.only_reads) return;
    const std::int64_t changes = sqlite3_changes64(database_.handle());
    rows.add_changes(changes);
    if (changes == 0 || given_ == 0) return;
    const auto* column =
        std::get<const SqlIntegers*>(parameters[static_cast<std::size_t>(given_ - 1)]);
    rows.add(column->values()[row].value_or(0));
}

}  // namespace punctual::detail
