#include "stores/mysql/rows.hpp"

#include <algorithm>
#include <array>
#include <memory>

#include "stores/mysql/errors.hpp"

namespace punctual::detail {

namespace {

bool is_integer(enum_field_types type) {
    switch (type) {
        case MYSQL_TYPE_TINY:
        case MYSQL_TYPE_SHORT:
        case MYSQL_TYPE_INT24:
        case MYSQL_TYPE_LONG:
        case MYSQL_TYPE_LONGLONG:
            return true;
        default:
            return false;
    }
}

// An error amid the rows is put down at the connection alone.
[[noreturn]] void fail(MYSQL_STMT* statement) {
    if (mysql_stmt_errno(statement) == 0) {
        throw MysqlFailure(mysql_errno(statement->mysql), mysql_error(statement->mysql));
    }
    throw MysqlFailure(mysql_stmt_errno(statement), mysql_stmt_error(statement));
}

}  // namespace

// Where the client library puts a row, and how it comes from there.
class MysqlRows::Fetching {
public:
    Fetching(MYSQL_STMT* statement, const MYSQL_FIELD* fields, std::size_t count)
        : statement_(statement), slots_(count), binds_(count) {
        for (std::size_t i = 0; i < count; ++i) {
            Slot& slot = slots_[i];
            slot.is_integer = is_integer(fields[i].type);
            MYSQL_BIND& bind = binds_[i];
            bind = {};
            bind.length = &slot.length;
            bind.is_null = &slot.is_null;
            bind.error = &slot.is_cut;
            bind.buffer_type = slot.is_integer ? MYSQL_TYPE_LONGLONG : MYSQL_TYPE_BLOB;
            bind.buffer = slot.is_integer ? static_cast<void*>(&slot.integer) : slot.text.data();
            bind.buffer_length = slot.is_integer ? sizeof(slot.integer) : slot.text.size();
        }
        if (mysql_stmt_bind_result(statement, binds_.data()) != 0) fail(statement);
    }
    // What is left of the answer would be in the way of the next one.
    ~Fetching() { mysql_stmt_free_result(statement_); }
    Fetching(const Fetching&) = delete;
    Fetching& operator=(const Fetching&) = delete;

    [[nodiscard]] bool next() {
        const int result = mysql_stmt_fetch(statement_);
        if (result == 0 || result == MYSQL_DATA_TRUNCATED) return true;
        if (result == MYSQL_NO_DATA) return false;
        fail(statement_);
    }

    void read(std::size_t column, MysqlRows& rows) {
        const Slot& slot = slots_[column];
        if (slot.is_null != 0) return rows.add_null();
        if (slot.is_integer) return rows.add(slot.integer);
        if (slot.length <= slot.text.size()) {
            return rows.add(std::string_view(slot.text.data(), slot.length));
        }
        unsigned long length = 0;
        MYSQL_BIND bind{};
        bind.buffer_type = MYSQL_TYPE_BLOB;
        bind.buffer = rows.add_text(slot.length);
        bind.buffer_length = slot.length;
        bind.length = &length;
        if (mysql_stmt_fetch_column(statement_, &bind, static_cast<unsigned>(column), 0) != 0) {
            fail(statement_);
        }
    }

private:
    // Most texts fit into it; longer ones are asked for by themselves.
    struct Slot {
        std::array<char, 256> text;
        std::int64_t integer = 0;
        unsigned long length = 0;
        my_bool is_null = 0;
        my_bool is_cut = 0;
        bool is_integer = false;
    };

    MYSQL_STMT* statement_;
    std::vector<Slot> slots_;
    std::vector<MYSQL_BIND> binds_;
};

void MysqlRows::take(MYSQL_STMT* statement) {
    const std::unique_ptr<MYSQL_RES, decltype(&mysql_free_result)> metadata(
        mysql_stmt_result_metadata(statement), mysql_free_result);
    if (metadata == nullptr) return;
    const std::size_t columns = mysql_num_fields(metadata.get());
    set_width(columns);
    Fetching fetching(statement, mysql_fetch_fields(metadata.get()), columns);
    while (fetching.next()) {
        for (std::size_t i = 0; i < columns; ++i) fetching.read(i, *this);
    }
}

}  // namespace punctual::detail
