#include "stores/mysql/prepared.hpp"

#include <fmt/format.h>
#include <algorithm>

#include "stores/mysql/errors.hpp"
#include "stores/mysql/json_rows.hpp"

namespace punctual::detail {

namespace {

// Of what goes before a value, and of a number.
constexpr std::size_t overhead = 10;

[[noreturn]] void throw_too_long(std::size_t bytes, std::size_t limit) {
    throw MysqlFailure(0, fmt::format("a row of {} bytes is too long for the server, whose "
                                      "max_allowed_packet leaves {}",
                                      bytes, limit));
}

// Client libraries have one type of pointer for what they read and what they write.
void* writable(const void* pointer) {
    return const_cast<void*>(pointer);
}

enum_field_types type_of(SqlTextKind kind) {
    return kind == SqlTextKind::bytes ? MYSQL_TYPE_BLOB : MYSQL_TYPE_STRING;
}

}  // namespace

MysqlPrepared::MysqlPrepared(MYSQL* connection, std::string_view text)
    : text_(parse_mysql_statement(text)), handle_(mysql_stmt_init(connection)) {
    if (handle_ == nullptr) throw MysqlFailure(mysql_errno(connection), mysql_error(connection));
    if (mysql_stmt_prepare(handle_.get(), text_.sql.data(), text_.sql.size()) != 0) fail();
    binds_.resize(text_.places.size());
    integers_.resize(text_.places.size());
    lengths_.resize(text_.places.size());
    arrays_.resize(text_.places.size());
}

void MysqlPrepared::execute(const SqlParameters& parameters, const MysqlRows* given,
                            std::size_t limit, MysqlRows& rows) {
    if (takes_json()) {
        execute_with_json(parameters, limit, rows);
    } else if (takes_arrays(parameters)) {
        execute_with_arrays(parameters, given, limit, rows);
    } else {
        execute_once(parameters, rows);
    }
}

bool MysqlPrepared::takes_json() const {
    return std::ranges::any_of(text_.places, [](const MysqlPlace& place) {
        return place.kind == MysqlPlace::Kind::rows || place.kind == MysqlPlace::Kind::column;
    });
}

bool MysqlPrepared::takes_arrays(const SqlParameters& parameters) const {
    return std::ranges::any_of(text_.places, [&](const MysqlPlace& place) {
        return place.kind == MysqlPlace::Kind::result || parameters.at(place.index).index() > 1;
    });
}

void MysqlPrepared::execute_with_json(const SqlParameters& parameters, std::size_t limit,
                                      MysqlRows& rows) {
    const auto place = std::ranges::find_if(text_.places, [](const MysqlPlace& candidate) {
        return candidate.kind != MysqlPlace::Kind::parameter;
    });
    MysqlJsonRows given = place->kind == MysqlPlace::Kind::rows
                              ? MysqlJsonRows(parameters)
                              : MysqlJsonRows(parameters, place->index);
    while (!given.is_at_end()) {
        given.next(json_, limit);
        if (json_.size() > limit) throw_too_long(json_.size(), limit);
        for (std::size_t i = 0; i < text_.places.size(); ++i) {
            const bool is_json = text_.places[i].kind != MysqlPlace::Kind::parameter;
            bind_value(i, is_json ? SqlParameter(std::string_view(json_))
                                  : parameters.at(text_.places[i].index));
            if (is_json) binds_[i].buffer_type = MYSQL_TYPE_STRING;
        }
        run(rows);
    }
}

void MysqlPrepared::execute_once(const SqlParameters& parameters, MysqlRows& rows) {
    for (std::size_t i = 0; i < text_.places.size(); ++i) {
        bind_value(i, parameters.at(text_.places[i].index));
    }
    run(rows);
}

void MysqlPrepared::bind_value(std::size_t place, const SqlParameter& value) {
    MYSQL_BIND& bind = binds_[place];
    bind = {};
    if (const auto* number = std::get_if<std::int64_t>(&value)) {
        integers_[place] = *number;
        bind.buffer_type = MYSQL_TYPE_LONGLONG;
        bind.buffer = &integers_[place];
        return;
    }
    const auto text = std::get<std::string_view>(value);
    lengths_[place] = text.size();
    bind.buffer_type = MYSQL_TYPE_BLOB;
    bind.buffer = writable(text.data());
    bind.buffer_length = text.size();
    bind.length = &lengths_[place];
}

void MysqlPrepared::execute_with_arrays(const SqlParameters& parameters, const MysqlRows* given,
                                        std::size_t limit, MysqlRows& rows) {
    std::size_t size = 0;
    for (std::size_t i = 0; i < text_.places.size(); ++i) {
        size = std::max(size, fill(arrays_[i], text_.places[i], parameters, given));
    }
    // A single value goes along with each row.
    for (Array& array : arrays_) {
        if (array.integers.size() == 1) array.integers.resize(size, array.integers[0]);
        array.indicators.resize(size, STMT_INDICATOR_NONE);
    }
    for (std::size_t first = 0; first < size;) {
        const std::size_t count = rows_that_fit(first, size, limit);
        execute_part(first, count, rows);
        first += count;
    }
}

std::size_t MysqlPrepared::fill(Array& array, const MysqlPlace& place,
                                const SqlParameters& parameters, const MysqlRows* given) {
    array.type = MYSQL_TYPE_LONGLONG;
    array.integers.clear();
    array.texts.clear();
    array.lengths.clear();
    array.indicators.clear();
    if (place.kind == MysqlPlace::Kind::result) {
        for (std::size_t row = 0; row < given->size(); ++row) {
            array.integers.push_back(given->integer(row, static_cast<int>(place.index)));
        }
        return array.integers.size();
    }
    const SqlParameter& parameter = parameters.at(place.index);
    if (const auto* number = std::get_if<std::int64_t>(&parameter)) {
        array.integers.push_back(*number);
        return 0;
    }
    if (const auto* const* column = std::get_if<const SqlIntegers*>(&parameter)) {
        for (const auto& value : (*column)->values()) {
            array.integers.push_back(value.value_or(0));
            array.indicators.push_back(value ? STMT_INDICATOR_NONE : STMT_INDICATOR_NULL);
        }
        return array.integers.size();
    }
    const SqlTexts& column = *std::get<const SqlTexts*>(parameter);
    array.type = type_of(column.kind());
    for (const auto& value : column.values()) {
        array.texts.push_back(value ? value->data() : nullptr);
        array.lengths.push_back(value ? value->size() : 0);
        array.indicators.push_back(value ? STMT_INDICATOR_NONE : STMT_INDICATOR_NULL);
    }
    return array.texts.size();
}

std::size_t MysqlPrepared::rows_that_fit(std::size_t first, std::size_t size,
                                         std::size_t limit) const {
    std::size_t bytes = 0;
    for (std::size_t row = first; row < size; ++row) {
        std::size_t row_bytes = 0;
        for (const Array& array : arrays_) {
            row_bytes += overhead + (array.texts.empty() ? 0 : array.lengths[row]);
        }
        if (row_bytes > limit) throw_too_long(row_bytes, limit);
        bytes += row_bytes;
        if (bytes > limit) return row - first;
    }
    return size - first;
}

void MysqlPrepared::execute_part(std::size_t first, std::size_t count, MysqlRows& rows) {
    for (std::size_t i = 0; i < arrays_.size(); ++i) {
        Array& array = arrays_[i];
        MYSQL_BIND& bind = binds_[i];
        bind = {};
        bind.buffer_type = array.type;
        bind.u.indicator = array.indicators.data() + first;
        if (array.texts.empty()) {
            bind.buffer = array.integers.data() + first;
        } else {
            bind.buffer = writable(array.texts.data() + first);
            bind.length = array.lengths.data() + first;
        }
    }
    const auto size = static_cast<unsigned>(count);
    if (mysql_stmt_attr_set(handle_.get(), STMT_ATTR_ARRAY_SIZE, &size) != 0) fail();
    run(rows);
}

void MysqlPrepared::run(MysqlRows& rows) {
    if (!binds_.empty() && mysql_stmt_bind_param(handle_.get(), binds_.data()) != 0) fail();
    if (mysql_stmt_execute(handle_.get()) != 0) fail();
    if (mysql_stmt_field_count(handle_.get()) > 0) {
        rows.take(handle_.get());
    } else {
        rows.add_changes(static_cast<std::int64_t>(mysql_stmt_affected_rows(handle_.get())));
    }
}

void MysqlPrepared::fail() const {
    throw MysqlFailure(mysql_stmt_errno(handle_.get()), mysql_stmt_error(handle_.get()));
}

}  // namespace punctual::detail
