#pragma once
// Calls: what jobs do. A task with its arguments (`task.hpp`), or any callable, which takes
// nothing, a `RunContext&` or a `std::stop_token`, and may be a coroutine (`coroutine.hpp`).

#include <punctual/coroutine.hpp>
#include <punctual/run.hpp>
#include <punctual/value.hpp>

#include <concepts>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
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

/// *Throws* RunCancelled if the run was asked to stop: it has not begun, and does not.
void check_not_stopped(const RunContext& run);

/// As `invoke_with_run`, for coroutines, which begin later than their runs.
template <class F, class... A>
decltype(auto) begin_with_run(F& function, RunContext& run, A&&... arguments) {
    check_not_stopped(run);
    return invoke_with_run(function, run, std::forward<A>(arguments)...);
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
                made, [function = &function_, &run] { return begin_with_run(*function, run); });
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

}  // namespace punctual
