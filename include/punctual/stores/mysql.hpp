#pragma once
// Jobs in a MariaDB database: kept across restarts, driven by one scheduler at a time.
//
//     scheduler options: .stores = {{"default", store("mysql://app@localhost/app")}}
//
// Programs say `store(url)`; this header is for tests and tools that use a store by itself.

#include <punctual/stores/store.hpp>

#include <memory>
#include <string>

namespace punctual {

/// A store for `mysql://user:password@host:port/database`, or `mariadb://…`. Options may follow:
/// `?socket=/run/mysqld/mysqld.sock`, `?prefix=cron_` (default: `punctual_`), with which the names
/// of its tables begin, `?connect_timeout=10` in seconds, and for TLS `ssl-mode` (`DISABLED`,
/// `PREFERRED`, `REQUIRED`, `VERIFY_CA` or `VERIFY_IDENTITY`), `ssl-ca`, `ssl-cert` and `ssl-key`.
/// While a scheduler has it open, its connection holds a lock by `GET_LOCK`. It needs MariaDB 10.6
/// or later.
/// *Throws* ConfigurationError for a URL that is malformed.
[[nodiscard]] std::shared_ptr<JobStore> make_mysql_store(const std::string& url);

}  // namespace punctual
