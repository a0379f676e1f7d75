#pragma once
// The executors of a scheduler by name, shared by all its lanes.

#include <punctual/executors/executor.hpp>

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace punctual::detail {

struct NamedExecutor {
    std::string name;
    std::shared_ptr<Executor> executor;
};
using ExecutorList = std::vector<NamedExecutor>;

/// *Thread safety*: safe; a list that was read stays as it is.
class ExecutorSet {
public:
    /// False if the name is taken.
    bool add(std::string name, std::shared_ptr<Executor> executor);
    /// Null if there is none of that name.
    std::shared_ptr<Executor> remove(std::string_view name);
    [[nodiscard]] std::shared_ptr<const ExecutorList> read() const;
    [[nodiscard]] std::shared_ptr<Executor> find(std::string_view name) const;

private:
    mutable std::mutex mutex_;
    std::shared_ptr<const ExecutorList> executors_ = std::make_shared<const ExecutorList>();
};

}  // namespace punctual::detail
