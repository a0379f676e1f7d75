// Calls that make coroutines, of the least type that can be one.

#include <punctual/task.hpp>

#include <gtest/gtest.h>

#include <coroutine>
#include <exception>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "tasks/run_slot.hpp"

namespace punctual {
namespace {

/// Does nothing until `get`, and then all.
template <class T>
class Later {
public:
    struct promise_type {
        Later get_return_object() {
            return Later(std::coroutine_handle<promise_type>::from_promise(*this));
        }
        std::suspend_always initial_suspend() noexcept { return {}; }
        std::suspend_always final_suspend() noexcept { return {}; }
        void return_value(T value) { result = std::move(value); }
        void unhandled_exception() { thrown = std::current_exception(); }

        T result{};
        std::exception_ptr thrown;
    };

    explicit Later(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
    Later(Later&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)) {}
    Later& operator=(Later&&) = delete;
    ~Later() {
        if (handle_ != nullptr) handle_.destroy();
    }
    T get() {
        handle_.resume();
        if (handle_.promise().thrown != nullptr) std::rethrow_exception(handle_.promise().thrown);
        return handle_.promise().result;
    }

private:
    std::coroutine_handle<promise_type> handle_;
};

}  // namespace

template <class T>
struct Awaitable<Later<T>> {
    using Run = Later<Value>;
    static constexpr const char* name = "Later";
    static constexpr const char* runs_in = "a test";
    static Run make(std::unique_ptr<CoroutineBody<Later<T>>> body) {
        co_return encode(body->begin().get());
    }
};

namespace {

struct NoSink final : detail::RunSink {
    [[nodiscard]] Instant now() noexcept override { return {}; }
    [[nodiscard]] Duration elapsed() noexcept override { return {}; }
    void finished(detail::RunSlot&) noexcept override {}
    void progressed(detail::RunSlot&, RunProgress) noexcept override {}
};

class CoroutineCall : public ::testing::Test {
protected:
    Value result_of(const Call& call) {
        return call.coroutine<Later<Value>>(context).value().get();
    }

    NoSink sink;
    detail::RunSlot slot{sink};
    RunContext context{slot};
};

TEST_F(CoroutineCall, MakesACoroutineThatHasNotBegun) {
    bool begun = false;
    const Call call([&]() -> Later<int> {
        begun = true;
        co_return 42;
    });
    auto coroutine = call.coroutine<Later<Value>>(context);
    EXPECT_FALSE(begun);
    EXPECT_EQ(coroutine.value().get(), Value(42));
    EXPECT_TRUE(begun);
}

TEST_F(CoroutineCall, DoesNotBeginOnceItsRunIsAskedToStop) {
    bool begun = false;
    const Call call([&]() -> Later<int> {
        begun = true;
        co_return 1;
    });
    auto coroutine = call.coroutine<Later<Value>>(context);
    slot.request_stop(detail::StopCause::cancelled);
    EXPECT_THROW(coroutine.value().get(), RunCancelled);
    EXPECT_FALSE(begun);
}

TEST_F(CoroutineCall, SaysWhatItIs) {
    const Call call([]() -> Later<int> { co_return 42; });
    ASSERT_NE(call.callable()->coroutine(), nullptr);
    EXPECT_STREQ(call.callable()->coroutine()->name, "Later");
    EXPECT_EQ(Call([] {}).callable()->coroutine(), nullptr);
}

TEST_F(CoroutineCall, IsNotRunAsAFunction) {
    const Call call([]() -> Later<int> { co_return 42; });
    EXPECT_THROW(call.invoke(context), TaskError);
    EXPECT_FALSE(Call([] {}).coroutine<Later<Value>>(context));
}

TEST_F(CoroutineCall, TakesTheRunAndTheStopToken) {
    EXPECT_EQ(result_of(Call([](RunContext& run) -> Later<int> { co_return run.attempt(); })),
              Value(1));
    EXPECT_EQ(result_of(Call(
                  [](std::stop_token token) -> Later<bool> { co_return token.stop_possible(); })),
              Value(true));
}

TEST_F(CoroutineCall, KeepsTheArgumentsItRefersTo) {
    const auto repeat =
        task("coroutine_call.repeat", [](const std::string& text, int times) -> Later<std::string> {
            std::string all;
            for (int i = 0; i < times; ++i) all += text;
            co_return all;
        });
    const std::string text(100, 'x');
    const Call call = repeat(text, 2);
    EXPECT_EQ(result_of(call), Value(text + text));
    EXPECT_EQ(result_of(call), Value(text + text)) << "each run has its own arguments";
    EXPECT_EQ(call.arguments(), Value::array({text, 2}));
}

TEST_F(CoroutineCall, IsFoundByTheNameOfItsTask) {
    const Call early = call("coroutine_call.late", std::string("text"));
    EXPECT_EQ(early.callable()->coroutine(), nullptr) << "it is not known yet";
    const auto late =
        task("coroutine_call.late",
             [](const std::string& text) -> Later<std::string> { co_return text + "!"; });
    EXPECT_EQ(result_of(early), Value("text!"));
    EXPECT_EQ(result_of(call("coroutine_call.late", std::string("another"))), Value("another!"));
}

TEST_F(CoroutineCall, ThrowsWhatTheCoroutineThrows) {
    const Call call([]() -> Later<int> {
        throw std::runtime_error("no");
        co_return 42;
    });
    EXPECT_THROW(result_of(call), std::runtime_error);
}

}  // namespace
}  // namespace punctual
