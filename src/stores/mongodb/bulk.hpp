#pragma once
// Many writes to a collection in one round trip.

#include <cstdint>
#include <memory>

#include "stores/mongodb/connection.hpp"

namespace punctual::detail {

/// Each write stands for itself: one that fails does not keep back the others.
class MongoBulk {
public:
    struct Result {
        /// Documents that updates found.
        std::int64_t matched = 0;
        std::int64_t removed = 0;
        /// Inserts that did nothing, because there is a document of the same key.
        std::int64_t duplicates = 0;
    };

    MongoBulk(MongoConnection& connection, MongoCollection collection);

    void insert(const Document& document);
    void update(const Document& filter, const Document& update);
    void replace(const Document& filter, const Document& document);
    void remove(const Document& filter);
    void remove_many(const Document& filter);

    [[nodiscard]] std::int64_t size() const { return size_; }
    /// Does nothing if there is nothing to do.
    Result execute();

private:
    using Bulk = Owned<mongoc_bulk_operation_t, mongoc_bulk_operation_destroy>;

    void count(bool added, const bson_error_t& error);
    [[nodiscard]] Result read(DocumentView answer, bool done, const bson_error_t& error) const;

    MongoConnection& connection_;
    Bulk bulk_;
    std::int64_t size_ = 0;
};

}  // namespace punctual::detail
