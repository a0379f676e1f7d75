#include "engine/executor_set.hpp"

#include <algorithm>
#include <utility>

namespace punctual::detail {

bool ExecutorSet::add(std::string name, std::shared_ptr<Executor> executor) {
    const std::lock_guard lock(mutex_);
    if (std::ranges::find(*executors_, name, &NamedExecutor::name) != executors_->end())
        return false;
    auto list = std::make_shared<ExecutorList>(*executors_);
    list->push_back({std::move(name), std::move(executor)});
    executors_ = std::move(list);
    return true;
}

std::shared_ptr<Executor> ExecutorSet::remove(std::string_view name) {
    const std::lock_guard lock(mutex_);
    auto list = std::make_shared<ExecutorList>(*executors_);
    const auto found = std::ranges::find(*list, name, &NamedExecutor::name);
    if (found == list->end()) return nullptr;
    std::shared_ptr<Executor> executor = std::move(found->executor);
    list->erase(found);
    executors_ = std::move(list);
    return executor;
}

std::shared_ptr<const ExecutorList> ExecutorSet::read() const {
    const std::lock_guard lock(mutex_);
    return executors_;
}

std::shared_ptr<Executor> ExecutorSet::find(std::string_view name) const {
    const auto list = read();
    const auto found = std::ranges::find(*list, name, &NamedExecutor::name);
    return found == list->end() ? nullptr : found->executor;
}

}  // namespace punctual::detail
