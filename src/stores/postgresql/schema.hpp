#pragma once
// The tables of the store on a PostgreSQL server: what is there, and making them.

#include "stores/postgresql/connection.hpp"
#include "stores/postgresql/location.hpp"
#include "stores/postgresql/tables.hpp"
#include "stores/schema_version.hpp"

namespace punctual::detail {

/// With the schema that the server gives the user where the location names none.
[[nodiscard]] PostgresqlTables find_tables(PostgresqlConnection& connection,
                                           const PostgresqlLocation& location);
/// *Throws* StoreError for tables of another program, or of a newer version.
[[nodiscard]] SchemaState examine_postgresql_schema(PostgresqlConnection& connection,
                                                    const PostgresqlTables& tables);
/// Makes the tables of a store that is missing. By one at a time: the caller holds the scheduler's
/// lock.
void create_postgresql_schema(PostgresqlConnection& connection, const PostgresqlTables& tables);
/// Brings an older store up to date, or leaves it as it is. Under the same lock.
void update_postgresql_schema(PostgresqlConnection& connection, const PostgresqlTables& tables);

/// Puts down who holds the scheduler's lock, for messages of others.
void record_postgresql_node(PostgresqlConnection& connection, const PostgresqlTables& tables);
/// Who held the lock last; empty if that is not known.
[[nodiscard]] std::string find_postgresql_node(PostgresqlConnection& connection,
                                               const PostgresqlTables& tables);

}  // namespace punctual::detail
