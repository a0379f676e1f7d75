#pragma once
// The rows that a statement gave, taken over from the client library.

#include <mysql.h>

#include <cstdint>
#include <string>
#include <vector>

#include "stores/sql/connection.hpp"

namespace punctual::detail {

/// A statement that was executed in parts adds up the rows of each.
class MysqlRows final : public SqlResult {
public:
    /// Takes all rows of a statement that was executed. *Throws* MysqlFailure.
    void take(MYSQL_STMT* statement);
    void add_changes(std::uint64_t count) { changes_ += static_cast<std::int64_t>(count); }
    void clear();

    [[nodiscard]] std::size_t size() const override { return size_; }
    [[nodiscard]] bool is_null(std::size_t row, int column) const override {
        return cell(row, column).is_null;
    }
    [[nodiscard]] std::int64_t integer(std::size_t row, int column) const override {
        return cell(row, column).integer;
    }
    [[nodiscard]] std::string_view text(std::size_t row, int column) const override {
        return std::string_view(texts_).substr(cell(row, column).text, cell(row, column).length);
    }
    [[nodiscard]] std::int64_t changes() const override { return changes_; }

private:
    struct Cell {
        std::int64_t integer = 0;
        std::size_t text = 0;
        std::size_t length = 0;
        bool is_null = false;
    };
    class Fetching;

    [[nodiscard]] const Cell& cell(std::size_t row, int column) const {
        return cells_[row * columns_ + static_cast<std::size_t>(column)];
    }

    std::vector<Cell> cells_;
    std::string texts_;
    std::size_t columns_ = 0;
    std::size_t size_ = 0;
    std::int64_t changes_ = 0;
};

}  // namespace punctual::detail
