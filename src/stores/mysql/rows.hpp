#pragma once
// The rows that a statement gave, taken over from the client library.

#include <mysql.h>

#include "stores/sql/kept_rows.hpp"

namespace punctual::detail {

/// A statement that was executed in parts adds up the rows of each.
class MysqlRows final : public SqlKeptRows {
public:
    /// Takes all rows of a statement that was executed. *Throws* MysqlFailure.
    void take(MYSQL_STMT* statement);

private:
    class Fetching;
};

}  // namespace punctual::detail
