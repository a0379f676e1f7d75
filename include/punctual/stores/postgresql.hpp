#pragma once
// Jobs in a PostgreSQL database: kept across restarts, driven by one scheduler at a time.
//
//     scheduler options: .stores = {{"default", store("postgresql://app@localhost/app")}}
//
// Programs say `store(url)`; this header is for tests and tools that use a store by itself.

#include <punctual/stores/store.hpp>

#include <memory>
#include <string>

namespace punctual {

/// A store for `postgresql://user:password@host:port/database`. Options may follow: `?schema=jobs`
/// (default: the one that the server gives the user; made where it is missing), `?prefix=cron_`
/// (default: `punctual_`), with which the names of its tables begin, and all that libpq knows, such
/// as `sslmode`. While a scheduler has it open, its connection holds an advisory lock.
/// *Throws* ConfigurationError for a URL that is malformed.
[[nodiscard]] std::shared_ptr<JobStore> make_postgresql_store(const std::string& url);

}  // namespace punctual
