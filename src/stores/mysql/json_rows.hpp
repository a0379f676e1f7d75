#pragma once
// Columns of parameters as a JSON text that `JSON_TABLE` reads: for statements that give rows,
// which take no arrays.

#include <string>
#include <vector>

#include "stores/sql/connection.hpp"

namespace punctual::detail {

/// Rows as arrays in an array: numbers as such, texts by their bytes in hexadecimal digits, for
/// they may be anything. Given in parts that the server takes at once.
class MysqlJsonRows {
public:
    /// Of those of the parameters that are columns. *Lifetime*: within that of the parameters.
    explicit MysqlJsonRows(const SqlParameters& parameters);
    MysqlJsonRows(const SqlParameters& parameters, std::size_t only);

    [[nodiscard]] bool is_at_end() const { return row_ == size_; }
    /// The next part, of at most `limit` bytes unless a row has more.
    void next(std::string& text, std::size_t limit);

private:
    void add(const SqlParameter& parameter);

    std::vector<const SqlIntegers*> integers_;  // in step with `texts_`, one of them is null
    std::vector<const SqlTexts*> texts_;
    std::size_t size_ = 0;
    std::size_t row_ = 0;
};

}  // namespace punctual::detail
