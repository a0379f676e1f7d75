#pragma once
// Jobs on a MongoDB server, or a replica set of them, driven by one scheduler at a time.
//
//     scheduler options: .stores = {{"default", store("mongodb://localhost/jobs?prefix=nightly")}}
//
// Programs say `store(url)`; this header is for tests and tools that use a store by itself.

#include <punctual/stores/store.hpp>

#include <memory>
#include <string>

namespace punctual {

/// A store for `mongodb://[user:password@]host[:port][,…][/database]` (the database is `punctual`
/// without one), or `mongodb+srv://host/…`. `?prefix=punctual` (what the names of its collections
/// begin with), `lease=15s` and options of MongoDB may follow: a scheduler that the server has not
/// heard of for the length of the lease may be replaced by another. What is not said otherwise:
/// what is written is on the disks of most members (`w=majority`, `journal=true`), and a server is
/// waited for 5 s, an answer 10 s. The server is reached when the store is opened, and again after
/// a connection was lost. *Throws* ConfigurationError for a URL that is malformed or has an unknown
/// option.
[[nodiscard]] std::shared_ptr<JobStore> make_mongodb_store(const std::string& url);

}  // namespace punctual
