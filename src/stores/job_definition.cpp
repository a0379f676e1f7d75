#include <punctual/errors.hpp>
#include <punctual/stores/store.hpp>

namespace punctual {

std::string JobDefinition::fault() const {
    if (std::string reason = trigger.fault(); !reason.empty()) return reason;
    return call.fault();
}

const std::string& JobDefinition::display_name() const {
    if (!settings->name.empty()) return settings->name;
    const std::string& task = call.task();
    // Commands are all calls of one task, whose name would tell nothing.
    return task.empty() || task == "command" ? id : task;
}

Value Codec<AtMaxInstances>::encode(AtMaxInstances policy) {
    switch (policy) {
        case AtMaxInstances::skip:
            return "skip";
        case AtMaxInstances::queue:
            return "queue";
        case AtMaxInstances::replace:
            break;
    }
    return "replace";
}

AtMaxInstances Codec<AtMaxInstances>::decode(const Value& value) {
    const std::string& text = value.as_text();
    if (text == "skip") return AtMaxInstances::skip;
    if (text == "queue") return AtMaxInstances::queue;
    if (text == "replace") return AtMaxInstances::replace;
    throw SerializationError("\"" + text + "\"; it can be skip, queue or replace");
}

void JobStore::edit_within(const Transaction& transaction, std::span<const std::string>,
                           JobEditor&) {
    throw TransactionError(describe() + " takes part in no transactions, so not in one of " +
                           std::string(transaction.client()) +
                           ": stores in SQLite files and in PostgreSQL do");
}

void StoreResult::clear() {
    claimed.clear();
    not_run.clear();
    superseded.clear();
    ended.clear();
    more = false;
}

}  // namespace punctual
