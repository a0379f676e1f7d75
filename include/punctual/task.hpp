#pragma once
// Tasks: named functions that jobs call; and calls: a task with its arguments, or any callable.
//
//     const auto send_report = task("send_report", [](std::string to, int copies) { … });
//
//     scheduler.add_job(send_report("ops@example.com", 2), interval(24h));      // can be stored
//     scheduler.add_job([] { std::puts("tick"); }, interval(2h));              // in memory only
//
// A callable takes nothing, a `RunContext&` or a `std::stop_token`, and then its arguments; it may
// be a coroutine (`coroutine.hpp`). Define tasks at namespace scope (in a header: `inline const
// auto`), so that every process that shares a store knows them before its scheduler starts.

#include <punctual/coroutine.hpp>
#include <punctual/run.hpp>
#include <punctual/value.hpp>

#include <concepts>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <typeinfo>
#include <utility>

namespace punctual {

namespace detail {

/// What a `Call` does. Immutable; `invoke` may run on several threads at once.
class Callable {
public:
    virtual ~Callable() = default;
    virtual Value invoke(RunContext& run) const = 0;
    /// The task's name; empty for a callable without one.
    [[nodiscard]] virtual const std::string& task() const;
    /// An array, in the order of the task's parameters.
    [[nodiscard]] virtual Value arguments() const;
    /// Why this process cannot run it (its task is unknown); empty if it can.
    [[nodiscard]] virtual std::string fault() const;
    /// Null, unless it makes coroutines; then `invoke` throws.
    [[nodiscard]] virtual const CoroutineType* coroutine() const;
    /// Makes one that is not begun yet. `made`: a `std::optional` of the type `coroutine()->run`.
    /// *Lifetime*: the callable and `run` outlive it.
    virtual void make_coroutine(RunContext& run, void* made) const;
};

template <class R>
inline constexpr bool is_stored_result = !std::is_void_v<R> && Storable<R>;

/// Calls `function` with the run if it wants it, and then with `arguments`.
template <class F, class... A>
decltype(auto) invoke_with_run(F& function, RunContext& run, A&&... arguments) {
    if constexpr (std::invocable<F&, RunContext&, A...>) {
        return function(run, std::forward<A>(arguments)...);
    } else if constexpr (std::invocable<F&, std::stop_token, A...>) {
        return function(run.stop_token(), std::forward<A>(arguments)...);
    } else {
        return function(std::forward<A>(arguments)...);
    }
}

template <class F, class... A>
using ResultOf = std::remove_cvref_t<decltype(invoke_with_run(
    std::declval<F&>(), std::declval<RunContext&>(), std::declval<A>()...))>;

template <class F, class... A>
Value invoke_for_value(F& function, RunContext& run, A&&... arguments) {
    using Result = decltype(invoke_with_run(function, run, std::forward<A>(arguments)...));
    if constexpr (Awaited<Result>) {
        throw_not_a_function(*coroutine_type_of<Result>());
    } else if constexpr (is_stored_result<std::remove_cvref_t<Result>>) {
        return encode(invoke_with_run(function, run, std::forward<A>(arguments)...));
    } else {
        static_cast<void>(invoke_with_run(function, run, std::forward<A>(arguments)...));
        return {};
    }
}

template <class F>
concept Schedulable =
    std::invocable<F&> || std::invocable<F&, RunContext&> || std::invocable<F&, std::stop_token>;

template <class F>
class PlainCallable final : public Callable {
public:
    explicit PlainCallable(F function) : function_(std::move(function)) {}
    Value invoke(RunContext& run) const override { return invoke_for_value(function_, run); }
    [[nodiscard]] const CoroutineType* coroutine() const override {
        return coroutine_type_of<Result>();
    }
    void make_coroutine([[maybe_unused]] RunContext& run,
                        [[maybe_unused]] void* made) const override {
        if constexpr (Awaited<Result>) {
            begin_coroutine<Result>(
                made, [function = &function_, &run] { return invoke_with_run(*function, run); });
        }
    }

private:
    using Result = ResultOf<F>;
    mutable F function_;
};

[[noreturn]] void throw_no_function();

/// A callable without state is one object for the whole program.
template <class F>
std::shared_ptr<const Callable> share_callable(F function) {
    if constexpr (std::is_pointer_v<F>) {
        if (function == nullptr) throw_no_function();
    } else if constexpr (requires { function.target_type(); }) {  // a std::function
        if (!function) throw_no_function();
    }
    if constexpr (std::is_empty_v<F> && std::default_initializable<F>) {
        static const PlainCallable<F> instance{F{}};
        return {std::shared_ptr<void>(), &instance};
    } else {
        return std::make_shared<const PlainCallable<F>>(std::move(function));
    }
}

}  // namespace detail

/// What a job does: a task with its arguments, or any callable. An immutable handle; copies share
/// it. A callable that several runs may execute at once (`max_instances` above 1) must be ready for
/// that. *Throws* ValueError for a null pointer or an empty `std::function`.
class Call {
public:
    /// Text is not a call: say `call("task", arguments…)` or `command("…")`.
    Call(const char*) = delete;
    template <class F>
    requires(!std::derived_from<std::decay_t<F>, Call> && detail::Schedulable<std::decay_t<F>>)
        Call(F&& function)  // NOLINT(google-explicit-constructor)
        : callable_(detail::share_callable<std::decay_t<F>>(std::forward<F>(function))) {
        using Result = detail::ResultOf<std::decay_t<F>>;
        static_assert(!detail::Coroutine<Result> || detail::Awaited<Result>,
                      "this callable is a coroutine that no included adapter can run: it would be "
                      "dropped without running");
    }
    explicit Call(std::shared_ptr<const detail::Callable> callable)
        : callable_(std::move(callable)) {}

    /// The name of the task; empty for a callable without one, which only a memory store can hold.
    [[nodiscard]] const std::string& task() const { return callable_->task(); }
    /// The arguments, as an array.
    [[nodiscard]] Value arguments() const { return callable_->arguments(); }
    /// Why this process cannot run it: its task is not registered, or takes other arguments. Empty
    /// if it can.
    [[nodiscard]] std::string fault() const { return callable_->fault(); }
    /// Runs it on the calling thread. *Throws* what the callable throws, and TaskError if it makes
    /// coroutines.
    Value invoke(RunContext& run) const { return callable_->invoke(run); }
    /// For executors of coroutines: the one of a run, not begun yet. `R`: what `Awaitable` calls
    /// `Run`. Nothing if it makes none of that type. *Lifetime*: the call and `run` outlive it.
    template <class R>
    [[nodiscard]] std::optional<R> coroutine(RunContext& run) const {
        std::optional<R> made;
        const detail::CoroutineType* type = callable_->coroutine();
        if (type != nullptr && type->run == typeid(R)) callable_->make_coroutine(run, &made);
        return made;
    }

    [[nodiscard]] const std::shared_ptr<const detail::Callable>& callable() const {
        return callable_;
    }

private:
    std::shared_ptr<const detail::Callable> callable_;
};

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
                    [&](A&... each) { return invoke_with_run(*function, run, std::move(each)...); },
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
