#pragma once
// Jobs on a Redis server: kept as safely as the server keeps its data, driven by one scheduler at
// a time.
//
//     scheduler options: .stores = {{"default", store("redis://localhost:6379/0?prefix=jobs")}}
//
// Programs say `store(url)`; this header is for tests and tools that use a store by itself.

#include <punctual/stores/store.hpp>

#include <memory>
#include <string>

namespace punctual {

/// A store for `redis://[[user]:password@]host[:port][/database]`, or for a Unix socket,
/// `redis+unix:///path/to.sock`. `?prefix=punctual` (what the names of its keys begin with),
/// `db=0`, `timeout=10s` (for an answer), `connect_timeout=5s` and `lease=15s` may follow: a
/// scheduler that the server has not heard of for the length of the lease may be replaced by
/// another. The server is reached when the store is opened, and again after a connection was lost.
/// *Throws* ConfigurationError for a URL that is malformed or has an unknown option.
[[nodiscard]] std::shared_ptr<JobStore> make_redis_store(const std::string& url);

}  // namespace punctual
