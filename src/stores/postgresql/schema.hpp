#pragma once
// The tables of the store on a PostgreSQL server: what is there, and making them.

#include "stores/postgresql/connection.hpp"
#include "stores/postgresql/location.hpp"
#include "stores/postgresql/tables.hpp"

namespace punctual::detail {

enum class PostgresqlSchemaState { missing, current };

/// With the schema that the server gives the user where the location names none.
[[nodiscard]] PostgresqlTables find_tables(PostgresqlConnection& connection,
                                           const PostgresqlLocation& location);
/// *Throws* StoreError for tables of another program, or of a newer version.
[[nodiscard]] PostgresqlSchemaState examine_postgresql_schema(PostgresqlConnection& connection,
                                                              const PostgresqlTables& tables);
/// Makes what is missing. By one at a time: the caller holds the scheduler's lock.
void create_postgresql_schema(PostgresqlConnection& connection, const PostgresqlTables& tables);

}  // namespace punctual::detail
