// Tasks and calls.

#include <punctual/task.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <map>

namespace punctual {
namespace {

using ::testing::HasSubstr;

struct Order {
    std::string customer;
    int copies = 1;
};

}  // namespace
}  // namespace punctual

PUNCTUAL_FIELDS(punctual::Order, customer, copies)

namespace punctual {
namespace {

TEST(Task, MakesACallThatKnowsItsNameAndArguments) {
    const auto print = task("task.print", [](std::string, int) {});
    const Call made = print("report", 2);
    EXPECT_EQ(print.name(), "task.print");
    EXPECT_EQ(made.task(), "task.print");
    EXPECT_EQ(made.arguments().to_json(), R"(["report",2])");
    EXPECT_EQ(made.fault(), "");
}

TEST(Task, LeavesTheRunOutOfItsArguments) {
    const auto watch = task("task.watch", [](RunContext&, int) {});
    EXPECT_EQ(watch(1).arguments().to_json(), "[1]");
}

TEST(Task, TakesStructsAndContainers) {
    const auto ship = task("task.ship", [](const Order&, const std::vector<int>&,
                                           const std::map<std::string, double>&) {});
    EXPECT_EQ(ship({"ACME", 3}, {1, 2}, {{"a", 0.5}}).arguments().to_json(),
              R"([{"customer":"ACME","copies":3},[1,2],{"a":0.5}])");
}

TEST(Task, MayBeAPlainFunction) {
    const auto plain = task(
        "task.plain", +[](int) noexcept {});
    EXPECT_EQ(plain(4).arguments().to_json(), "[4]");
}

TEST(Call, ByNameIsSoundIfTheTaskTakesIt) {
    const auto print = task("call.print", [](std::string, int) {});
    EXPECT_EQ(call("call.print", "report", 2).fault(), "");
    EXPECT_EQ(call("call.print", "report", 2).arguments(), print("report", 2).arguments());
}

TEST(Call, ByNameOfAnUnknownTaskSaysSo) {
    EXPECT_THAT(call("call.nobody", 1).fault(), HasSubstr("call.nobody"));
}

TEST(Call, ByNameBecomesSoundOnceTheTaskIsThere) {
    const Call early = call("call.later");
    EXPECT_THAT(early.fault(), HasSubstr("call.later"));
    const auto later = task("call.later", [] {});
    EXPECT_EQ(early.fault(), "");
}

TEST(Call, WithTheWrongNumberOfArgumentsSaysSo) {
    const auto two = task("call.two", [](int, int) {});
    EXPECT_THAT(call("call.two", 1).fault(), HasSubstr("call.two"));
    EXPECT_THAT(call("call.two", 1).fault(), HasSubstr("2"));
}

TEST(Call, WithAWrongArgumentSaysWhich) {
    const auto two = task("call.typed", [](int, int) {});
    const std::string fault = call("call.typed", 1, "two").fault();
    EXPECT_THAT(fault, HasSubstr("call.typed"));
    EXPECT_THAT(fault, HasSubstr("2"));
}

TEST(Call, OfAnyCallableHasNoTask) {
    const Call anonymous([] {});
    EXPECT_EQ(anonymous.task(), "");
    EXPECT_EQ(anonymous.arguments().to_json(), "[]");
    EXPECT_EQ(anonymous.fault(), "");
}

void do_nothing() {}

TEST(Call, OfNoFunctionIsAnErrorAtOnce) {
    EXPECT_THROW(Call(static_cast<void (*)()>(nullptr)), ValueError);
    EXPECT_THROW(Call(std::function<void()>()), ValueError);
    EXPECT_NO_THROW(Call(std::function<void()>(do_nothing)));
}

TEST(Call, ACallableWithoutStateIsShared) {
    const auto make = [] { return Call([] {}); };
    EXPECT_EQ(make().callable().get(), make().callable().get());
}

TEST(Tasks, TwoOfOneNameAreReported) {
    EXPECT_EXIT(
        {
            const auto first = task("tasks.twice", [] {});
            const auto second = task("tasks.twice", [] {});
            try {
                detail::check_tasks();
            } catch (const TaskError& error) {
                std::fprintf(stderr, "%s\n", error.what());
                std::exit(3);
            }
        },
        ::testing::ExitedWithCode(3), "tasks.twice");
}

TEST(Tasks, ReplacingATaskIsNoMistake) {
    const auto replace = [] {
        return detail::make_task<void>(
            "tasks.replaced", [] {}, detail::OnDuplicate::replace, detail::ParameterList<>());
    };
    replace();
    replace();
    EXPECT_NO_THROW(detail::check_tasks());
}

}  // namespace
}  // namespace punctual
