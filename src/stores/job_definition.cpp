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

void StoreResult::clear() {
    claimed.clear();
    not_run.clear();
    superseded.clear();
    ended.clear();
    more = false;
}

}  // namespace punctual
