#pragma once
// The rows that a statement gave, copied from a client library that shows them one at a time.

#include <cstdint>
#include <string>
#include <vector>

#include "stores/sql/connection.hpp"

namespace punctual::detail {

/// Rows are added cell by cell, in order, all of one width.
class SqlKeptRows : public SqlResult {
public:
    void set_width(std::size_t columns) { columns_ = columns; }
    void add_null() { cells_.push_back({.value = 0, .length = 0, .is_null = true}); }
    void add(std::int64_t integer) { cells_.push_back({.value = integer}); }
    /// Returns the place for so many bytes. *Lifetime*: until the next cell.
    [[nodiscard]] char* add_text(std::size_t length) {
        add_place(length);
        texts_.resize(texts_.size() + length);
        return texts_.data() + cells_.back().value;
    }
    void add(std::string_view text) {
        add_place(text.size());
        texts_ += text;
    }
    void add_changes(std::int64_t count) { changes_ += count; }
    void clear() { *this = {}; }

    [[nodiscard]] std::size_t size() const override {
        return columns_ == 0 ? 0 : cells_.size() / columns_;
    }
    [[nodiscard]] bool is_null(std::size_t row, int column) const override {
        return cell(row, column).is_null;
    }
    [[nodiscard]] std::int64_t integer(std::size_t row, int column) const override {
        return cell(row, column).value;
    }
    [[nodiscard]] std::string_view text(std::size_t row, int column) const override {
        const Cell& found = cell(row, column);
        return {texts_.data() + found.value, found.length};
    }
    [[nodiscard]] std::int64_t changes() const override { return changes_; }

private:
    struct Cell {
        std::int64_t value;  // of a text: where it begins
        std::uint32_t length = 0;
        bool is_null = false;
    };

    void add_place(std::size_t length) {
        cells_.push_back({.value = static_cast<std::int64_t>(texts_.size()),
                          .length = static_cast<std::uint32_t>(length)});
    }
    [[nodiscard]] const Cell& cell(std::size_t row, int column) const {
        return cells_[row * columns_ + static_cast<std::size_t>(column)];
    }

    std::vector<Cell> cells_;
    std::string texts_;
    std::size_t columns_ = 0;
    std::int64_t changes_ = 0;
};

}  // namespace punctual::detail
