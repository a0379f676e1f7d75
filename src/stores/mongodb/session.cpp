#include "stores/mongodb/session.hpp"

#include <punctual/errors.hpp>

#include <fmt/format.h>
#include <algorithm>
#include <random>

#include "stores/leased_store.hpp"

namespace punctual::detail {

namespace {

// Ids are taken in blocks, so that not every pass asks for them.
constexpr std::int64_t ids_at_once = 1000;
constexpr std::size_t most_asked_for = 10'000;
constexpr int most_attempts = 20;

}  // namespace

Document store_document_filter() {
    return {"_id", "store"};
}

MongoSession::MongoSession(const MongoLocation& location, std::string owner, const History& limits)
    : connection(location),
      history(connection, limits),
      owner_(std::move(owner)),
      // Tokens of different schedulers are told apart by where they begin.
      token_(static_cast<std::int64_t>(std::random_device()()) << 30) {}

void MongoSession::renew() {
    change_store({});
}

void MongoSession::make_certain_of_ownership() {
    const auto now = std::chrono::steady_clock::now();
    if (now - renewed_ < std::chrono::microseconds(connection.location().lease) / 2) return;
    renew();
}

Document MongoSession::update_of(const StoreChange& change) const {
    Document increments = change.increments;
    Document update("$inc", increments.add("step", 1));
    if (!change.sets.empty()) update.add("$set", change.sets);
    if (!change.unsets.empty()) update.add("$unset", change.unsets);
    return update.add("$currentDate", Document("heard_of", true));
}

Document MongoSession::change_store(const StoreChange& change) {
    const Document update = update_of(change);
    for (int attempt = 0; attempt < most_attempts; ++attempt) {
        const auto asked = std::chrono::steady_clock::now();
        Document filter = store_document_filter();
        filter.add("owner", owner_).add("step", step_);
        if (const auto changed = connection.change(MongoCollection::store, filter, update)) {
            renewed_ = asked;
            step_ = changed->view().integer("step");
            return *changed;
        }
        // Either it is another's, or a change has come in whose answer was lost.
        const auto store = connection.find_one(MongoCollection::store, store_document_filter());
        refuse_if_lost(store);
        step_ = store->view().integer("step");
    }
    throw StoreUnavailableError(
        fmt::format("{} changes faster than it can be kept", connection.location().describe()));
}

void MongoSession::refuse_if_lost(const std::optional<Document>& store) const {
    const std::string name = connection.location().describe();
    if (!store) throw_emptied(name, "collections");
    if (store->view().text("owner") == owner_) return;
    throw_taken_over(name);
}

RunId MongoSession::take_run_ids(std::int64_t count) {
    if (end_of_runs_ - next_run_ < count) {
        const std::int64_t wanted = std::max(count, ids_at_once);
        const Document store = change_store({.increments = Document("runs", wanted)});
        end_of_runs_ = store.view().integer("runs") + 1;
        next_run_ = end_of_runs_ - wanted;
    }
    const RunId first = next_run_;
    next_run_ += count;
    return first;
}

void MongoSession::define(std::span<MongoJob* const> jobs) {
    std::unordered_map<std::int64_t, MongoJob*> unknown;
    std::vector<std::int64_t> generations;
    for (MongoJob* job : jobs) {
        if (const auto* known =
                definitions_.find(Key{job->record.generation, job->record.version})) {
            job->record.definition = *known;
        } else if (unknown.emplace(job->record.generation, job).second) {
            generations.push_back(job->record.generation);
        }
    }
    for (std::size_t first = 0; first < generations.size(); first += most_asked_for) {
        const std::size_t count = std::min(most_asked_for, generations.size() - first);
        const auto some = std::span<const std::int64_t>(generations).subspan(first, count);
        connection.find(MongoCollection::jobs, where("_id", "$in", some), Document(),
                        [&](DocumentView document) {
                            MongoJob job = read_whole_job(document);
                            unknown.at(job.record.generation)->record.definition =
                                std::move(job.record.definition);
                        });
    }
    for (const auto& [generation, job] : unknown) {
        // Its document is gone since it was read.
        if (job->record.definition == nullptr) {
            job->record.definition = make_removed_job(job->id);
        }
    }
}

MongoJob MongoSession::read_whole_job(DocumentView document) {
    MongoJob job = read_job(document);
    const Key key{job.record.generation, job.record.version};
    if (const auto* known = definitions_.find(key)) {
        job.record.definition = *known;
    } else {
        job.record.definition = codec.decode(job.id, read_definition(document));
        definitions_.keep(key, job.record.definition);
    }
    return job;
}

}  // namespace punctual::detail
