#pragma once
// Coroutines as jobs: the types of them that can be run, and how an adapter says so. For those who
// write one; `punctual/executors/asio.hpp` has an example. A callable that returns such a coroutine
// is one that goes on after it returned:
//
//     scheduler.add_job([]() -> boost::asio::awaitable<void> { co_await …; }, interval(10s));

#include <coroutine>
#include <memory>
#include <optional>
#include <string>
#include <typeinfo>
#include <utility>

namespace punctual {

template <class R>
class CoroutineBody;

/// Specialised, by the header of an adapter, for each type `R` of coroutines that it can run:
///
///     using Run = …;                           // what runs are: one type for all results
///     static constexpr const char* name;       // of the type, for messages
///     static constexpr const char* runs_in;    // what runs it, for messages
///     static Run make(std::unique_ptr<CoroutineBody<R>> body);
///                                              // begins `body` and awaits it; its result is that
///                                              // of the body as a Value, null if that cannot be
///                                              // stored
template <class R>
struct Awaitable;

/// What a coroutine of type `R` is made of, with all that it refers to: it has to outlive it.
template <class R>
class CoroutineBody {
public:
    virtual ~CoroutineBody() = default;
    /// Called once. *Throws* what the callable throws that makes the coroutine.
    [[nodiscard]] virtual R begin() = 0;
};

namespace detail {

template <class R>
concept Coroutine = requires {
    typename std::coroutine_traits<R>::promise_type;
};

/// A coroutine that an included adapter can run.
template <class R>
concept Awaited = requires {
    typename Awaitable<R>::Run;
};

/// What executors have to know of the coroutines that a call makes.
struct CoroutineType {
    const std::type_info& run;
    const char* name;
    const char* runs_in;
};

/// Null for a callable that is over when it returns.
template <class R>
const CoroutineType* coroutine_type_of() {
    if constexpr (Awaited<R>) {
        using Type = Awaitable<R>;
        static const CoroutineType type{typeid(typename Type::Run), Type::name, Type::runs_in};
        return &type;
    } else {
        return nullptr;
    }
}

/// Why an executor cannot run it that runs functions to their end.
[[nodiscard]] std::string why_not_a_function(const CoroutineType& type);
[[noreturn]] void throw_not_a_function(const CoroutineType& type);

/// A body of a function that makes the coroutine.
template <class R, class F>
class FunctionBody final : public CoroutineBody<R> {
public:
    explicit FunctionBody(F function) : function_(std::move(function)) {}
    [[nodiscard]] R begin() override { return function_(); }

private:
    F function_;
};

/// `made`: a `std::optional` of what runs of `R` are.
template <class R, class F>
void begin_coroutine(void* made, F function) {
    using Run = typename Awaitable<R>::Run;
    static_cast<std::optional<Run>*>(made)->emplace(
        Awaitable<R>::make(std::make_unique<FunctionBody<R, F>>(std::move(function))));
}

}  // namespace detail

}  // namespace punctual
