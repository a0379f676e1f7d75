#pragma once
// Jobs in a PostgreSQL database: kept across restarts, driven by one scheduler at a time.
//
//     scheduler options: .stores = {{"default", store("postgresql://app@localhost/app")}}
//
// Programs say `store(url)`; this header is for tests and tools that use a store by itself.

#include <punctual/stores/store.hpp>
#include <punctual/transaction.hpp>

#include <memory>
#include <string>

struct pg_conn;

namespace punctual {

/// A store for `postgresql://user:password@host:port/database`. Options may follow: `?schema=jobs`
/// (default: the one that the server gives the user; made where it is missing), `?prefix=cron_`
/// (default: `punctual_`), with which the names of its tables begin, and all that libpq knows, such
/// as `sslmode`. While a scheduler has it open, its connection holds an advisory lock.
/// *Throws* ConfigurationError for a URL that is malformed.
[[nodiscard]] std::shared_ptr<JobStore> make_postgresql_store(const std::string& url);

/// The transaction that `connection` (a PGconn) has under way, on the database of a store: for
/// `Scheduler::add_job` and the like. The connection must not be in pipeline mode, and have the
/// client encoding UTF8, as it has by default where the database does.
[[nodiscard]] Transaction postgresql_transaction(pg_conn* connection);

}  // namespace punctual
