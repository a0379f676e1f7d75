#pragma once
// A connection to the MongoDB server of a store. It is made when it is needed, and again after it
// was lost.

#include <mongoc/mongoc.h>

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "stores/mongodb/document.hpp"
#include "stores/mongodb/location.hpp"
#include "stores/mongodb/owned.hpp"

namespace punctual::detail {

enum class MongoCollection : std::uint8_t {
    store,    ///< One document: version, counters, and who writes.
    jobs,     ///< One document of each job, with its runs that have no outcome yet.
    history,  ///< One document of each run, or range of instants, that has an outcome.
    journal,  ///< Changes of several jobs that belong together, until they are done.
};

/// Once, before anything else of it is used: it says nothing by itself then.
void prepare_mongodb_library();

/// True if the error is not the server's, but of the way there.
[[nodiscard]] bool is_connection_error(const bson_error_t& error);
/// Throws what an error means: StoreUnavailableError where a retry may help. `store` is how
/// messages name the store.
[[noreturn]] void throw_mongodb_error(const std::string& store, const bson_error_t& error);

/// *Thread safety*: none. *Throws* StoreError and StoreUnavailableError, from all functions.
class MongoConnection {
public:
    explicit MongoConnection(const MongoLocation& location);

    /// Calls `take(DocumentView)` for each document found.
    template <class Take>
    void find(MongoCollection collection, const Document& filter, const Document& options,
              Take take) {
        Cursor cursor(mongoc_collection_find_with_opts(get(collection), filter.get(), options.get(),
                                                       nullptr));
        take_all(cursor.get(), take);
    }
    template <class Take>
    void aggregate(MongoCollection collection, std::span<const Document> steps, Take take) {
        const Document pipeline("pipeline", steps);
        Cursor cursor(mongoc_collection_aggregate(get(collection), MONGOC_QUERY_NONE,
                                                  pipeline.get(), nullptr, nullptr));
        take_all(cursor.get(), take);
    }
    [[nodiscard]] std::optional<Document> find_one(MongoCollection collection,
                                                   const Document& filter,
                                                   const Document& fields = {});
    /// Changes the one document that `filter` finds, and returns what it became; none: not found.
    std::optional<Document> change(MongoCollection collection, const Document& filter,
                                   const Document& update);
    /// Inserts a document; false if there is one of the same key.
    bool insert(MongoCollection collection, const Document& document);
    /// Removes all that `filter` finds; returns how many.
    std::int64_t remove(MongoCollection collection, const Document& filter);
    /// As far as the server knows it without counting.
    [[nodiscard]] std::int64_t estimate_count(MongoCollection collection);
    /// What a command on the database answers, which writes.
    Document run(const Document& command);
    /// What a command answers that does not.
    [[nodiscard]] Document ask(const Document& command);

    [[nodiscard]] const MongoLocation& location() const { return location_; }
    [[nodiscard]] mongoc_collection_t* get(MongoCollection collection);
    [[nodiscard]] std::string name_of(MongoCollection collection) const;
    [[noreturn]] void fail(const bson_error_t& error);

private:
    using Client = Owned<mongoc_client_t, mongoc_client_destroy>;
    using Collection = Owned<mongoc_collection_t, mongoc_collection_destroy>;
    using Cursor = Owned<mongoc_cursor_t, mongoc_cursor_destroy>;

    template <class Take>
    void take_all(mongoc_cursor_t* cursor, Take& take) {
        const bson_t* document = nullptr;
        while (mongoc_cursor_next(cursor, &document)) take(DocumentView(*document));
        bson_error_t error{};
        if (mongoc_cursor_error(cursor, &error)) fail(error);
    }

    void connect();
    [[nodiscard]] mongoc_client_t* client();

    MongoLocation location_;
    Client client_;
    std::array<Collection, 4> collections_;
    bool is_lost_ = false;
};

}  // namespace punctual::detail
