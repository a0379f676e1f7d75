#include "stores/mongodb/connection.hpp"

#include <punctual/errors.hpp>

#include <fmt/format.h>
#include <cstdio>

#include "log/log.hpp"

namespace punctual::detail {

namespace {

constexpr std::int32_t error_api = 2;
constexpr std::uint32_t duplicate_key = 11000;

// What matters of these comes as errors; the rest would go to the standard error.
void drop_message(mongoc_log_level_t, const char*, const char*, void*) {}

constexpr std::array<const char*, 4> names = {"store", "jobs", "history", "journal"};

}  // namespace

void prepare_mongodb_library() {
    static const bool is_ready = [] {
        mongoc_log_set_handler(drop_message, nullptr);
        mongoc_init();
        return true;
    }();
    static_cast<void>(is_ready);
}

MongoConnection::MongoConnection(const MongoLocation& location) : location_(location) {
    prepare_mongodb_library();
    connect();
}

void MongoConnection::connect() {
    for (Collection& collection : collections_) collection.reset();
    bson_error_t error{};
    client_.reset(mongoc_client_new_from_uri_with_error(location_.uri.get(), &error));
    if (client_ == nullptr) fail(error);
    mongoc_client_set_error_api(client_.get(), error_api);
    if (mongoc_uri_get_appname(location_.uri.get()) == nullptr) {
        mongoc_client_set_appname(client_.get(), "punctual");
    }
    is_lost_ = false;
}

// A client that could not connect tries again after 5 s at the earliest; a new one does at once.
mongoc_client_t* MongoConnection::client() {
    if (is_lost_ || client_ == nullptr) connect();
    return client_.get();
}

std::string MongoConnection::name_of(MongoCollection collection) const {
    return fmt::format("{}.{}", location_.prefix, names[static_cast<std::size_t>(collection)]);
}

mongoc_collection_t* MongoConnection::get(MongoCollection collection) {
    mongoc_client_t* const connected = client();
    Collection& known = collections_[static_cast<std::size_t>(collection)];
    if (known == nullptr) {
        known.reset(mongoc_client_get_collection(connected, location_.database.c_str(),
                                                 name_of(collection).c_str()));
    }
    return known.get();
}

void MongoConnection::fail(const bson_error_t& error) {
    if (is_connection_error(error)) is_lost_ = true;
    throw_mongodb_error(location_.describe(), error);
}

std::optional<Document> MongoConnection::find_one(MongoCollection collection,
                                                  const Document& filter, const Document& fields) {
    Document options("limit", 1);
    if (!fields.empty()) options.add("projection", fields);
    std::optional<Document> found;
    find(collection, filter, options, [&](DocumentView document) { found.emplace(document); });
    return found;
}

std::optional<Document> MongoConnection::change(MongoCollection collection, const Document& filter,
                                                const Document& update) {
    Document command("findAndModify", name_of(collection));
    command.add("query", filter).add("update", update).add("new", true);
    const Document answer = run(command);
    const DocumentView changed = answer.view().document("value");
    return changed.data() == nullptr ? std::nullopt : std::optional<Document>(changed);
}

bool MongoConnection::insert(MongoCollection collection, const Document& document) {
    bson_error_t error{};
    if (mongoc_collection_insert_one(get(collection), document.get(), nullptr, nullptr, &error)) {
        return true;
    }
    if (error.code == duplicate_key) return false;
    fail(error);
}

std::int64_t MongoConnection::remove(MongoCollection collection, const Document& filter) {
    bson_error_t error{};
    bson_t answer;
    const bool done =
        mongoc_collection_delete_many(get(collection), filter.get(), nullptr, &answer, &error);
    const std::int64_t count = DocumentView(answer).integer("deletedCount");
    bson_destroy(&answer);
    if (!done) fail(error);
    return count;
}

std::int64_t MongoConnection::estimate_count(MongoCollection collection) {
    bson_error_t error{};
    const std::int64_t count = mongoc_collection_estimated_document_count(get(collection), nullptr,
                                                                          nullptr, nullptr, &error);
    if (count < 0) fail(error);
    return count;
}

Document MongoConnection::run(const Document& command) {
    bson_error_t error{};
    bson_t answer;
    const bool done = mongoc_client_write_command_with_opts(
        client(), location_.database.c_str(), command.get(), nullptr, &answer, &error);
    Document copy{DocumentView(answer)};
    bson_destroy(&answer);
    if (!done) fail(error);
    return copy;
}

Document MongoConnection::ask(const Document& command) {
    bson_error_t error{};
    bson_t answer;
    const bool done = mongoc_client_command_simple(client(), location_.database.c_str(),
                                                   command.get(), nullptr, &answer, &error);
    Document copy{DocumentView(answer)};
    bson_destroy(&answer);
    if (!done) fail(error);
    return copy;
}

}  // namespace punctual::detail
