// Commands as values: what is accepted, how it is stored, who takes it. No process is started.
#include <punctual/errors.hpp>
#include <punctual/executors/command.hpp>
#include <punctual/testing/run_recorder.hpp>

#include <gtest/gtest.h>

namespace punctual {
namespace {

template <class F>
std::string message_of(F make) {
    try {
        static_cast<void>(make());
    } catch (const ValueError& error) {
        return error.what();
    }
    return "no error";
}

TEST(CommandCall, IsStoredAsTextForTheShell) {
    EXPECT_EQ(command("ls | wc").arguments().to_json(), R"(["ls | wc",{}])");
}

TEST(CommandCall, IsStoredAsAnArrayForAProgram) {
    EXPECT_EQ(command({"ls", "-l"}).arguments().to_json(), R"([["ls","-l"],{}])");
    EXPECT_EQ(command({"ls"}).arguments().to_json(), R"([["ls"],{}])");
    EXPECT_EQ(command(std::vector<std::string>{"ls"}).arguments().to_json(), R"([["ls"],{}])");
}

TEST(CommandCall, StoresTheOptionsThatAreNotTheDefault) {
    const CommandOptions options{.working_directory = "/srv",
                                 .environment = {{"LANG", "C"}},
                                 .kill_after = Duration(),
                                 .output_limit = 10};
    const Value value = encode(options);
    EXPECT_EQ(value.to_json(), R"({"working_directory":"/srv","environment":{"LANG":"C"},)"
                               R"("kill_after":0,"output_limit":10})");
    EXPECT_EQ(decode<CommandOptions>(value), options);
    EXPECT_EQ(decode<CommandOptions>(Value::object()), CommandOptions());
}

TEST(CommandCall, NeedsSomethingToRun) {
    EXPECT_EQ(message_of([] { return command(""); }),
              "a command needs a line for the shell: it is empty");
    EXPECT_EQ(message_of([] { return command({}); }),
              "a command needs a program as the first of its arguments");
    EXPECT_EQ(message_of([] {
                  return command({"", "x"});
              }),
              "a command needs a program as the first of its arguments");
}

TEST(CommandCall, RefusesOptionsThatMakeNoSense) {
    EXPECT_EQ(message_of([] { return command("true", {.kill_after = std::chrono::seconds(-1)}); }),
              "kill_after of a command must be 0 or more, not -1s");
    EXPECT_EQ(message_of([] {
                  return command("true", {.environment = {{"A=B", "C"}}});
              }),
              "environment of a command has the name \"A=B\": a name has at least one character "
              "and no \"=\"");
}

TEST(CommandCall, RefusesTextThatNoProgramCanBeGiven) {
    EXPECT_NE(message_of([] { return command(std::string("a\0b", 3)); }).find("zero byte"),
              std::string::npos);
}

TEST(CommandCall, RefusesStoredArgumentsThatAreWrong) {
    EXPECT_NE(call("command", Value::array(), Value::object()).fault(), "");
    EXPECT_NE(call("command", std::string("ls"), Value("fast")).fault(), "");
    EXPECT_NE(call("command", std::string("ls"), Value::object({{"kill_after", -1}})).fault(), "");
    EXPECT_EQ(call("command", std::string("ls"), Value::object()).fault(), "");
}

TEST(CommandExecutor, RefusesWhatIsNoCommand) {
    testing::RunRecorder recorder;
    const auto executor = make_command_executor(1);
    const RunTicket callable = recorder.ticket([] {});
    const RunTicket other = recorder.ticket(call("send_report"));
    const RunTicket good = recorder.ticket(command("true"));
    EXPECT_EQ(executor->refuse(callable.job()),
              "it runs nothing but commands, and this is a callable: use command(…)");
    EXPECT_EQ(executor->refuse(other.job()),
              "it runs nothing but commands, and this is the task \"send_report\": use command(…)");
    EXPECT_EQ(executor->refuse(good.job()), "");
}

TEST(CommandExecutor, NeedsRoomForACommand) {
    EXPECT_THROW(static_cast<void>(make_command_executor(0)), ConfigurationError);
}

TEST(CommandExecutor, HasRoomForAsManyAsItRunsAtOnce) {
    EXPECT_EQ(make_command_executor(7)->room(), 7U);
}

}  // namespace
}  // namespace punctual
