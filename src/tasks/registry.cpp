#include <punctual/task.hpp>

#include <map>
#include <mutex>
#include <shared_mutex>
#include <string>
#include <vector>

#include "tasks/registry.hpp"
#include "tasks/run_slot.hpp"

namespace punctual::detail {
namespace {

struct Registry {
    std::shared_mutex mutex;
    std::map<std::string, std::shared_ptr<const TaskBinder>, std::less<>> binders;
    std::vector<std::string> duplicates;
};

// Tasks register during static initialisation, in any order: the registry is made by the first.
Registry& registry() {
    static Registry instance;
    return instance;
}

std::string unknown_task(const std::string& name) {
    return "the task \"" + name + "\" is not registered in this process";
}

/// A call whose task may become known only later.
class NamedCallable final : public Callable {
public:
    NamedCallable(std::string name, Value arguments)
        : name_(std::move(name)), arguments_(std::move(arguments)) {}

    Value invoke(RunContext& run) const override { return bound()->invoke(run); }
    [[nodiscard]] const std::string& task() const override { return name_; }
    [[nodiscard]] Value arguments() const override { return arguments_; }
    [[nodiscard]] std::string fault() const override {
        try {
            static_cast<void>(bound());
            return {};
        } catch (const Error& error) {
            return error.what();
        }
    }
    [[nodiscard]] const CoroutineType* coroutine() const override {
        try {
            return bound()->coroutine();
        } catch (const Error&) {
            return nullptr;  // `invoke` says what is wrong
        }
    }
    // What it makes keeps the function and the arguments.
    void make_coroutine(RunContext& run, void* made) const override {
        bound()->make_coroutine(run, made);
    }

private:
    [[nodiscard]] std::shared_ptr<const Callable> bound() const {
        const auto binder = find_task(name_);
        if (binder == nullptr) throw TaskError(unknown_task(name_));
        return binder->bind(arguments_);
    }
    std::string name_;
    Value arguments_;
};

}  // namespace

const std::string& Callable::task() const {
    static const std::string none;
    return none;
}

Value Callable::arguments() const {
    return Value::array();
}

std::string Callable::fault() const {
    return {};
}

const CoroutineType* Callable::coroutine() const {
    return nullptr;
}

void Callable::make_coroutine(RunContext&, void*) const {}

std::string why_not_a_function(const CoroutineType& type) {
    return std::string("it is a coroutine (") + type.name + "): it runs in " + type.runs_in;
}

void check_not_stopped(const RunContext& run) {
    if (run.stop_requested()) throw RunCancelled(stopped_before_it_began);
}

void throw_not_a_function(const CoroutineType& type) {
    throw TaskError(why_not_a_function(type));
}

void throw_no_function() {
    throw ValueError(
        "a job is to call a null pointer or an empty std::function: give it a function");
}

void register_task(std::string name, std::shared_ptr<const TaskBinder> binder,
                   OnDuplicate on_duplicate) {
    Registry& tasks = registry();
    const std::unique_lock lock(tasks.mutex);
    const bool known = tasks.binders.contains(name);
    if (known && on_duplicate == OnDuplicate::report) {
        tasks.duplicates.push_back(std::move(name));
        return;
    }
    tasks.binders.insert_or_assign(std::move(name), std::move(binder));
}

std::shared_ptr<const TaskBinder> find_task(std::string_view name) {
    Registry& tasks = registry();
    const std::shared_lock lock(tasks.mutex);
    const auto found = tasks.binders.find(name);
    return found == tasks.binders.end() ? nullptr : found->second;
}

std::set<std::string, std::less<>> task_names() {
    Registry& tasks = registry();
    const std::shared_lock lock(tasks.mutex);
    std::set<std::string, std::less<>> names;
    for (const auto& [name, binder] : tasks.binders) names.insert(names.end(), name);
    return names;
}

void check_tasks() {
    Registry& tasks = registry();
    const std::shared_lock lock(tasks.mutex);
    if (!tasks.duplicates.empty()) {
        throw TaskError("two tasks are named \"" + tasks.duplicates.front() +
                        "\": stored jobs could not tell them apart; rename one");
    }
}

void check_argument_count(const std::string& task, std::size_t expected, const Value& arguments) {
    const std::size_t given = arguments.as_array().size();
    if (given != expected) {
        throw SerializationError("the task \"" + task + "\" takes " + std::to_string(expected) +
                                 " arguments, not " + std::to_string(given));
    }
}

void throw_bad_argument(const std::string& task, std::size_t index, const char* what) {
    throw SerializationError("argument " + std::to_string(index + 1) + " of the task \"" + task +
                             "\": " + what);
}

// Bound at once where the task is known, so that runs do not decode the arguments each time.
Call call_by_name(std::string task, Value arguments) {
    if (const auto binder = find_task(task)) {
        try {
            return Call(binder->bind(arguments));
        } catch (const SerializationError&) {
            // Kept as stored; `fault` says what does not fit.
        }
    }
    return Call(std::make_shared<const NamedCallable>(std::move(task), std::move(arguments)));
}

}  // namespace punctual::detail
