#pragma once
// Parameters in the binary format of PostgreSQL, which the server reads several times as fast as
// text.

#include <string>
#include <vector>

#include "stores/sql/connection.hpp"

namespace punctual::detail {

/// Reused from statement to statement: its buffers keep their memory. *Thread safety*: none.
class PostgresqlParameters {
public:
    void encode(const SqlParameters& parameters);
    [[nodiscard]] int count() const { return static_cast<int>(values_.size()); }
    [[nodiscard]] const char* const* values() const { return values_.data(); }
    [[nodiscard]] const int* lengths() const { return lengths_.data(); }
    /// All binary.
    [[nodiscard]] const int* formats() const { return formats_.data(); }

private:
    std::vector<std::string> buffers_;
    std::vector<const char*> values_;
    std::vector<int> lengths_;
    std::vector<int> formats_;
};

/// A number of 2, 4 or 8 bytes, as results have them.
[[nodiscard]] std::int64_t decode_postgresql_integer(const char* bytes, int length);

}  // namespace punctual::detail
