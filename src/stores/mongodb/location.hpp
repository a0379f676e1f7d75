#pragma once
// Where a MongoDB store is, and how it is to be reached: its URL.

#include <punctual/time.hpp>

#include <mongoc/mongoc.h>

#include <memory>
#include <string>

namespace punctual::detail {

struct MongoLocation {
    /// With the options that are MongoDB's own.
    std::shared_ptr<const mongoc_uri_t> uri;
    /// "host:27017,other:27017", in messages.
    std::string hosts;
    bool is_srv = false;
    std::string database = "punctual";
    /// What the names of all collections begin with.
    std::string prefix = "punctual";
    /// A scheduler that was not heard of for so long has lost its right to the store.
    Duration lease = std::chrono::seconds(15);

    /// As in messages: without user, password and options.
    [[nodiscard]] std::string describe() const;
};

/// `mongodb://[user:password@]host[:port][,…][/database]`, or `mongodb+srv://host/…`, with options
/// of MongoDB, and `prefix=…` and `lease=15s`. *Throws* ConfigurationError that names what is
/// wrong, and shows no password.
[[nodiscard]] MongoLocation parse_mongodb_url(const std::string& url);

}  // namespace punctual::detail
