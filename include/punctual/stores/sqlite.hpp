#pragma once
// Jobs in an SQLite file: kept across restarts, driven by one scheduler at a time.
//
//     scheduler options: .stores = {{"default", sqlite("jobs.sqlite")}}
//
// Programs say `sqlite(path)` or `store(url)`; this header is for tests and tools that use a store
// by itself.

#include <punctual/stores/store.hpp>
#include <punctual/transaction.hpp>

#include <memory>
#include <string>

struct sqlite3;

namespace punctual {

/// A store for `sqlite:///relative.sqlite`, `sqlite:////absolute.sqlite`, or `sqlite://` in memory;
/// `?synchronous=normal` (default: full), `?busy_timeout=10s` (default: 5s) and `?prefix=cron_` may
/// follow. With a prefix, tables whose names begin so stand in the file beside those of others; the
/// file is the jobs' alone without one. The file is made when the store is opened. While a
/// scheduler has it open, it holds a lock on the file `<path>-<prefix>lock` beside it. *Throws*
/// ConfigurationError for a URL that is malformed or has an unknown option.
[[nodiscard]] std::shared_ptr<JobStore> make_sqlite_store(const std::string& url);

/// The transaction that `connection` has under way, on the file of a store (which may be attached):
/// for `Scheduler::add_job` and the like. Statements of the store are run on the connection between
/// two calls of the application's; sqlite3_changes and hooks see them.
[[nodiscard]] Transaction sqlite_transaction(sqlite3* connection);

}  // namespace punctual
