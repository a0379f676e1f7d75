#include "stores/mongodb/bulk.hpp"

#include <cstdio>

namespace punctual::detail {

namespace {

constexpr std::int64_t duplicate_key = 11000;

}  // namespace

MongoBulk::MongoBulk(MongoConnection& connection, MongoCollection collection)
    : connection_(connection) {
    const Document options("ordered", false);
    bulk_.reset(mongoc_collection_create_bulk_operation_with_opts(connection.get(collection),
                                                                  options.get()));
}

void MongoBulk::count(bool added, const bson_error_t& error) {
    if (!added) connection_.fail(error);
    ++size_;
}

void MongoBulk::insert(const Document& document) {
    bson_error_t error{};
    count(mongoc_bulk_operation_insert_with_opts(bulk_.get(), document.get(), nullptr, &error),
          error);
}

void MongoBulk::update(const Document& filter, const Document& update) {
    bson_error_t error{};
    count(mongoc_bulk_operation_update_one_with_opts(bulk_.get(), filter.get(), update.get(),
                                                     nullptr, &error),
          error);
}

void MongoBulk::replace(const Document& filter, const Document& document) {
    bson_error_t error{};
    count(mongoc_bulk_operation_replace_one_with_opts(bulk_.get(), filter.get(), document.get(),
                                                      nullptr, &error),
          error);
}

void MongoBulk::remove(const Document& filter) {
    bson_error_t error{};
    count(mongoc_bulk_operation_remove_one_with_opts(bulk_.get(), filter.get(), nullptr, &error),
          error);
}

void MongoBulk::remove_many(const Document& filter) {
    bson_error_t error{};
    count(mongoc_bulk_operation_remove_many_with_opts(bulk_.get(), filter.get(), nullptr, &error),
          error);
}

MongoBulk::Result MongoBulk::execute() {
    if (size_ == 0) return {};
    bson_error_t error{};
    bson_t answer;
    const bool done = mongoc_bulk_operation_execute(bulk_.get(), &answer, &error) != 0;
    const Document copy{DocumentView(answer)};
    bson_destroy(&answer);
    return read(copy.view(), done, error);
}

MongoBulk::Result MongoBulk::read(DocumentView answer, bool done, const bson_error_t& error) const {
    Result result{.matched = answer.integer("nMatched"), .removed = answer.integer("nRemoved")};
    if (done) return result;
    for (const DocumentView problem : answer.documents("writeErrors")) {
        if (problem.integer("code") != duplicate_key) {
            bson_error_t first{};
            first.domain = MONGOC_ERROR_SERVER;
            first.code = static_cast<std::uint32_t>(problem.integer("code"));
            const std::string text(problem.text("errmsg"));
            std::snprintf(first.message, sizeof(first.message), "%s", text.c_str());
            connection_.fail(first);
        }
        ++result.duplicates;
    }
    if (result.duplicates == 0 || error.code != duplicate_key) connection_.fail(error);
    for (const DocumentView problem : answer.documents("writeConcernErrors")) {
        bson_error_t first{};
        first.domain = MONGOC_ERROR_WRITE_CONCERN;
        first.code = static_cast<std::uint32_t>(problem.integer("code"));
        const std::string text(problem.text("errmsg"));
        std::snprintf(first.message, sizeof(first.message), "%s", text.c_str());
        connection_.fail(first);
    }
    return result;
}

}  // namespace punctual::detail
