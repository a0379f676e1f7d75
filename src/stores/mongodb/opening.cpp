#include "stores/mongodb/opening.hpp"

#include <punctual/errors.hpp>

#include <fmt/format.h>
#include <array>
#include <exception>

#include "stores/leased_store.hpp"
#include "stores/mongodb/recovery.hpp"
#include "stores/scheduler_owner.hpp"
#include "stores/schema_version.hpp"

namespace punctual::detail {

namespace {

constexpr std::int64_t schema_version = 1;
constexpr int most_attempts = 5;

std::string name_of(const MongoSession& session) {
    return session.connection.location().describe();
}

// --- What is there ---

void refuse_if_not_ours(MongoSession& session, const Document& store) {
    if (store.view().text("program") != "punctual") {
        throw StoreError(
            fmt::format("{} has a collection of another program ({}), it was left as it is: give "
                        "the jobs a prefix of their own, as in ?prefix=jobs",
                        name_of(session), session.connection.name_of(MongoCollection::store)));
    }
    require_schema_version(name_of(session), store.view().integer("schema"), schema_version);
}

void refuse_foreign_collections(MongoSession& session) {
    for (const MongoCollection collection : {MongoCollection::store, MongoCollection::jobs,
                                             MongoCollection::history, MongoCollection::journal}) {
        if (!session.connection.find_one(collection, Document(), Document("_id", 1))) continue;
        throw StoreError(
            fmt::format("{} has a collection of another program ({}), it was left as it is: give "
                        "the jobs a prefix of their own, as in ?prefix=jobs",
                        name_of(session), session.connection.name_of(collection)));
    }
}

std::optional<Document> find_store(MongoSession& session) {
    return session.connection.find_one(MongoCollection::store, store_document_filter());
}

Document find_or_make_store(MongoSession& session) {
    auto store = find_store(session);
    if (!store) {
        refuse_foreign_collections(session);
        Document made = store_document_filter();
        made.add("program", "punctual")
            .add("schema", schema_version)
            .add("generations", 0)
            .add("runs", 0)
            .add("step", 0)
            .add_null("owner");
        // Another scheduler may be faster.
        session.connection.insert(MongoCollection::store, made);
        store = find_store(session);
    }
    if (!store) throw StoreError(fmt::format("{} loses what is written", name_of(session)));
    refuse_if_not_ours(session, *store);
    return std::move(*store);
}

Document index(const char* name, const Document& key) {
    Document made("name", name);
    made.add("key", key);
    return made;
}

void make_indexes(MongoSession& session) {
    MongoConnection& connection = session.connection;
    Document ids = index("id", Document("id", 1).add("removed", 1));
    ids.add("unique", true);
    Document running = index("running", Document("running", 1));
    running.add("partialFilterExpression", where("running", "$gt", 0));
    Document notes = index("notes", Document("notes._id", 1));
    notes.add("sparse", true);
    Document follow_ups = index("follow_ups", Document("follow_ups.cause", 1));
    follow_ups.add("sparse", true);
    Document due("executor", 1);
    due.add("due", 1).add("priority", -1).add("_id", 1);
    const std::array<Document, 6> of_jobs = {
        std::move(ids),
        index("due", due),
        index("next", Document("removed", 1).add("next_run_time", 1).add("_id", 1)),
        std::move(running),
        std::move(notes),
        std::move(follow_ups)};
    const std::array<Document, 2> of_history = {index("job", Document("job", 1).add("_id", -1)),
                                                index("finished", Document("finished", 1))};
    Document command("createIndexes", connection.name_of(MongoCollection::jobs));
    connection.run(command.add("indexes", std::span<const Document>(of_jobs)));
    Document other("createIndexes", connection.name_of(MongoCollection::history));
    connection.run(other.add("indexes", std::span<const Document>(of_history)));
}

// --- Who has it ---

/// By the server's clock, since clocks of machines differ.
std::int64_t server_time(MongoSession& session) {
    return session.connection.ask(Document("isMaster", 1)).view().integer("localTime");
}

/// In milliseconds, until the right of the present owner ends; below 0 if it has ended.
std::int64_t lease_left(MongoSession& session, DocumentView store) {
    return store.integer("heard_of") + store.integer("lease") - server_time(session);
}

/// False if another scheduler was faster.
bool take(MongoSession& session, DocumentView store) {
    Document filter = store_document_filter();
    if (store.has("owner")) {
        filter.add("owner", store.text("owner"));
    } else {
        filter.add_null("owner");
    }
    const auto lease = session.connection.location().lease.count() / 1000;
    Document update("$set", Document("owner", session.owner()).add("lease", lease));
    update.add("$currentDate", Document("heard_of", true));
    return session.connection.change(MongoCollection::store, filter, update).has_value();
}

void take_over(MongoSession& session, Document store) {
    for (int attempt = 0; attempt < most_attempts; ++attempt) {
        const std::string owner(store.view().text("owner"));
        if (!owner.empty() && !has_ended(owner)) {
            const std::int64_t left = lease_left(session, store.view());
            if (left > 0) throw_in_use(name_of(session), owner, left);
        }
        if (take(session, store.view())) return;
        store = find_or_make_store(session);
    }
    throw StoreUnavailableError(
        fmt::format("{} is wanted by several schedulers at once", name_of(session)));
}

}  // namespace

void open_to_schedule(MongoSession& session) {
    take_over(session, find_or_make_store(session));
    try {
        make_indexes(session);
        recover(session);
        finish_settlements(session);
    } catch (...) {
        let_go(session);
        throw;
    }
}

void open_to_inspect(MongoSession& session) {
    const auto store = find_store(session);
    if (!store) {
        // Someone else's documents in it would be worth another message.
        if (session.connection.find_one(MongoCollection::store, Document())) {
            refuse_foreign_collections(session);
        }
        throw StoreError(fmt::format("there is no store at {}", name_of(session)));
    }
    refuse_if_not_ours(session, *store);
}

void let_go(MongoSession& session) noexcept {
    try {
        Document filter = store_document_filter();
        filter.add("owner", session.owner());
        Document nobody;
        nobody.add_null("owner");
        session.connection.change(MongoCollection::store, filter, Document("$set", nobody));
    } catch (const std::exception&) {
        // Whoever comes next waits for the lease.
    }
}

}  // namespace punctual::detail
