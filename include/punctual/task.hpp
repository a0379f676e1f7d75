#pragma once
// Tasks: named functions that jobs call.
//
//     const auto send_report = task("send_report", [](std::string to, int copies) { … });
//
//     scheduler.add_job(send_report("ops@example.com", 2), interval(24h));      // can be stored
//     scheduler.add_job([] { std::puts("tick"); }, interval(2h));              // in memory only
//
// A callable takes nothing, a `RunContext&` or a `std::stop_token`, and then its arguments; it may
// be a coroutine (`coroutine.hpp`). Define tasks at namespace scope (in a header: `inline const
// auto`), so that every process that shares a store knows them before its scheduler starts.

#include <punctual/call.hpp>
#include <punctual/coroutine.hpp>
#include <punctual/run.hpp>
#include <punctual/value.hpp>

#include <memory>
#include <stop_token>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>

namespace punctual {

namespace detail {

/// Makes a callable of stored arguments; *throws* SerializationError if they do not fit the task.
class TaskBinder {
public:
    virtual ~TaskBinder() = default;
    [[nodiscard]] virtual std::shared_ptr<const Callable> bind(const Value& arguments) const = 0;
};

enum class OnDuplicate : std::uint8_t { report, replace };
/// A second task of one name is not an error here, for it may happen before `main`: `check_tasks`
/// throws it when a scheduler starts.
void register_task(std::string name, std::shared_ptr<const TaskBinder> binder, OnDuplicate);
void check_tasks();
void check_argument_count(const std::string& task, std::size_t expected, const Value& arguments);
[[noreturn]] void throw_bad_argument(const std::string& task, std::size_t index, const char* what);

template <class F, class... A>
class TaskCallable final : public Callable {
public:
    TaskCallable(std::shared_ptr<const std::string> name, std::shared_ptr<F> function,
                 A... arguments)
        : name_(std::move(name)),
          function_(std::move(function)),
          arguments_(std::move(arguments)...) {}

    Value invoke(RunContext& run) const override {
        return std::apply(
            [&](const A&... arguments) {
                // Each run gets copies, so that a task may take its arguments by value and move
                // them.
                return invoke_for_value(*function_, run, A(arguments)...);
            },
            arguments_);
    }
    [[nodiscard]] const CoroutineType* coroutine() const override {
        return coroutine_type_of<Result>();
    }
    void make_coroutine([[maybe_unused]] RunContext& run,
                        [[maybe_unused]] void* made) const override {
        if constexpr (Awaited<Result>) {
            begin_coroutine<Result>(made, [function = function_, &run,
                                           arguments = arguments_]() mutable {
                return std::apply(
                    [&](A&... each) { return begin_with_run(*function, run, std::move(each)...); },
                    arguments);
            });
        }
    }
    [[nodiscard]] const std::string& task() const override { return *name_; }
    [[nodiscard]] Value arguments() const override {
        return std::apply(
            [](const A&... arguments) { return Value::array({encode(arguments)...}); }, arguments_);
    }

private:
    using Result = ResultOf<F, A...>;
    std::shared_ptr<const std::string> name_;
    std::shared_ptr<F> function_;
    std::tuple<A...> arguments_;
};

template <class F, class... A>
class FunctionBinder final : public TaskBinder {
public:
    FunctionBinder(std::string name, F function)
        : name_(std::make_shared<const std::string>(std::move(name))),
          function_(std::make_shared<F>(std::move(function))) {}

    [[nodiscard]] std::shared_ptr<const Callable> make(A... arguments) const {
        return std::make_shared<const TaskCallable<F, A...>>(name_, function_,
                                                             std::move(arguments)...);
    }
    [[nodiscard]] std::shared_ptr<const Callable> bind(const Value& arguments) const override {
        check_argument_count(*name_, sizeof...(A), arguments);
        return bind_each(arguments, std::index_sequence_for<A...>());
    }

private:
    template <class T>
    T argument(const Value& arguments, std::size_t index) const {
        try {
            return decode<T>(arguments.as_array()[index]);
        } catch (const SerializationError& error) {
            throw_bad_argument(*name_, index, error.what());
        }
    }
    template <std::size_t... I>
    std::shared_ptr<const Callable> bind_each([[maybe_unused]] const Value& arguments,
                                              std::index_sequence<I...>) const {
        return std::make_shared<const TaskCallable<F, A...>>(name_, function_,
                                                             argument<A>(arguments, I)...);
    }
    std::shared_ptr<const std::string> name_;
    std::shared_ptr<F> function_;
};

template <class... A>
struct ParameterList {};

// The parameters of a function without its leading RunContext& or stop_token.
template <class... P>
struct TaskParameters {
    using type = ParameterList<std::remove_cvref_t<P>...>;
};
template <class... P>
struct TaskParameters<RunContext&, P...> : TaskParameters<P...> {};
template <class... P>
struct TaskParameters<std::stop_token, P...> : TaskParameters<P...> {};
template <class... P>
struct TaskParameters<const std::stop_token&, P...> : TaskParameters<P...> {};

template <class F>
struct FunctionTraits : FunctionTraits<decltype(&F::operator())> {};
template <class R, class... P>
struct FunctionTraits<R (*)(P...)> {
    using Result = R;
    using Parameters = typename TaskParameters<P...>::type;
};
template <class R, class... P>
struct FunctionTraits<R (*)(P...) noexcept> : FunctionTraits<R (*)(P...)> {};
template <class R, class C, class... P>
struct FunctionTraits<R (C::*)(P...)> : FunctionTraits<R (*)(P...)> {};
template <class R, class C, class... P>
struct FunctionTraits<R (C::*)(P...) const> : FunctionTraits<R (*)(P...)> {};
template <class R, class C, class... P>
struct FunctionTraits<R (C::*)(P...) noexcept> : FunctionTraits<R (*)(P...)> {};
template <class R, class C, class... P>
struct FunctionTraits<R (C::*)(P...) const noexcept> : FunctionTraits<R (*)(P...)> {};

/// Makes the callable of one call of a task.
template <class... A>
class CallMaker {
public:
    virtual ~CallMaker() = default;
    [[nodiscard]] virtual std::shared_ptr<const Callable> make(A... arguments) const = 0;
};
template <class F, class... A>
class FunctionCallMaker final : public CallMaker<A...> {
public:
    explicit FunctionCallMaker(std::shared_ptr<const FunctionBinder<F, A...>> binder)
        : binder_(std::move(binder)) {}
    [[nodiscard]] std::shared_ptr<const Callable> make(A... arguments) const override {
        return binder_->make(std::move(arguments)...);
    }

private:
    std::shared_ptr<const FunctionBinder<F, A...>> binder_;
};

}  // namespace detail

/// A named function. Calling it does not run it: it makes a `Call` for `add_job`.
template <class Signature>
class Task;

template <class R, class... A>
class Task<R(A...)> {
public:
    Task(std::string name, std::shared_ptr<const detail::CallMaker<A...>> maker)
        : name_(std::move(name)), maker_(std::move(maker)) {}

    /// The call with these arguments, checked by the compiler.
    [[nodiscard]] Call operator()(A... arguments) const {
        return Call(maker_->make(std::move(arguments)...));
    }
    [[nodiscard]] const std::string& name() const { return name_; }

private:
    std::string name_;
    std::shared_ptr<const detail::CallMaker<A...>> maker_;
};

namespace detail {

template <class R, class F, class... A>
Task<R(A...)> make_task(std::string name, F function, OnDuplicate on_duplicate,
                        ParameterList<A...>) {
    static_assert((Storable<A> && ...),
                  "each parameter of a task must be Storable: a number, bool, text, vector, map, "
                  "optional, or a struct with PUNCTUAL_FIELDS(Type, fields…)");
    static_assert(!Coroutine<R> || Awaited<R>,
                  "this task is a coroutine that no included adapter can run");
    auto binder = std::make_shared<const FunctionBinder<F, A...>>(name, std::move(function));
    register_task(name, binder, on_duplicate);
    return {std::move(name), std::make_shared<const FunctionCallMaker<F, A...>>(std::move(binder))};
}

template <class F>
using DecayedFunction = std::decay_t<F>;

}  // namespace detail

/// Registers `function` as the task `name`, for the life of the program.
/// Two tasks of one name are reported when a scheduler starts (TaskError).
/// *Thread safety*: safe, also during static initialisation.
template <class F>
[[nodiscard]] auto task(std::string name, F&& function) {
    using Function = detail::DecayedFunction<F>;
    using Traits = detail::FunctionTraits<Function>;
    return detail::make_task<typename Traits::Result>(
        std::move(name), Function(std::forward<F>(function)), detail::OnDuplicate::report,
        typename Traits::Parameters());
}
/// A task needs a name: `task("name", function)`.
template <class F>
requires(!std::convertible_to<F, std::string>) void task(F&&) = delete;

namespace detail {

[[nodiscard]] Call call_by_name(std::string task, Value arguments);

template <class A>
Value encode_argument(const A& argument) {
    if constexpr (Storable<A>) {
        return encode(argument);
    } else {
        return std::string(argument);
    }
}

}  // namespace detail

/// A call of a task that this source does not see, by name. Whether the task exists and takes these
/// arguments is checked when it runs.
template <class... A>
requires((Storable<A> || std::convertible_to<const A&, std::string>)&&...) [[nodiscard]] Call
    call(std::string task, const A&... arguments) {
    return detail::call_by_name(std::move(task),
                                Value::array({detail::encode_argument(arguments)...}));
}

}  // namespace punctual
