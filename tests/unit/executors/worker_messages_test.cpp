#include "unit/executors/message_feed.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <optional>
#include <string>
#include <vector>

namespace punctual::detail {
namespace {

template <class Message>
std::string bytes_of(const Message& message) {
    std::string bytes;
    append_message(bytes, message);
    return bytes;
}

std::string error_of(std::string_view bytes) {
    MessageReader reader;
    feed(reader, bytes);
    try {
        static_cast<void>(reader.next());
        return "no error";
    } catch (const ProtocolError& error) {
        return error.what();
    }
}

const RunOrder order{.sequence = 3,
                     .run_id = 7,
                     .scheduled = Instant(std::chrono::hours(1)),
                     .due = Instant(std::chrono::hours(2)),
                     .attempt = 2,
                     .job_id = "report",
                     .task = "send",
                     .arguments = R"(["a",1])"};
const RunAnswer answer{.sequence = 3,
                       .outcome = RunState::failed,
                       .resident_bytes = 4096,
                       .reason = "disk full",
                       .output = std::string_view("with a\0zero", 11),
                       .result = "42"};

const RunProgressed progress{.sequence = 3, .fraction = 0.5, .text = "half"};

TEST(WorkerMessages, AreReadAsTheyWereWritten) {
    MessageReader reader;
    feed(reader, bytes_of(WorkerSetup{.memory_limit = 5, .reports_memory = true}) +
                     bytes_of(WorkerReady()) + bytes_of(order) + bytes_of(progress) +
                     bytes_of(answer));
    EXPECT_EQ(reader.next(), WorkerMessage(WorkerSetup{.memory_limit = 5, .reports_memory = true}));
    EXPECT_EQ(reader.next(), WorkerMessage(WorkerReady()));
    EXPECT_EQ(reader.next(), WorkerMessage(order));
    EXPECT_EQ(reader.next(), WorkerMessage(progress));
    EXPECT_EQ(reader.next(), WorkerMessage(answer));
    EXPECT_EQ(reader.next(), std::nullopt);
}

TEST(WorkerMessages, AreReadWhateverPiecesTheyComeIn) {
    MessageReader reader;
    const std::string bytes = bytes_of(order);
    for (std::size_t i = 0; i + 1 < bytes.size(); ++i) {
        feed(reader, std::string_view(bytes).substr(i, 1));
        EXPECT_EQ(reader.next(), std::nullopt) << i;
    }
    feed(reader, std::string_view(bytes).substr(bytes.size() - 1));
    EXPECT_EQ(reader.next(), WorkerMessage(order));
}

TEST(WorkerMessages, MayBeLong) {
    const std::string text(1'000'000, 'x');
    RunAnswer large = answer;
    large.output = text;
    MessageReader reader;
    feed(reader, bytes_of(large) + bytes_of(order));
    EXPECT_EQ(reader.next(), WorkerMessage(large));
    EXPECT_EQ(reader.next(), WorkerMessage(order));
}

TEST(WorkerMessages, TellTheirSize) {
    constexpr std::size_t header = 12;
    EXPECT_EQ(bytes_of(order).size(), header + size_of(order));
    EXPECT_EQ(bytes_of(answer).size(), header + size_of(answer));
}

TEST(WorkerMessages, RubbishIsSeenAtItsFirstByte) {
    EXPECT_EQ(error_of("H"), "what came is no message");
    EXPECT_EQ(error_of("\xF0P?"), "what came is no message");
    EXPECT_EQ(error_of("\xF0P"), "no error");
}

// A job may write what it likes between two messages of its worker.
TEST(WorkerMessages, AreReadBehindRubbish) {
    const std::string unknown = std::string("\xF0PN\x01", 4) + std::string(8, '\x09');
    for (const std::string& rubbish :
         {std::string("x"), std::string("\xF0"), std::string("\xF0PN\xF0P"), unknown,
          std::string(100'000, 'x'), std::string(70'000, '\xF0')}) {
        MessageReader reader;
        feed(reader, bytes_of(order) + rubbish);
        EXPECT_EQ(reader.next(), WorkerMessage(order));
        feed(reader, bytes_of(answer));
        int errors = 0;
        std::optional<WorkerMessage> message;
        while (!message) {
            try {
                message = reader.next();
                ASSERT_TRUE(message) << "after " << errors << " errors";
            } catch (const ProtocolError&) {
                ++errors;
            }
        }
        EXPECT_GE(errors, 1);
        EXPECT_EQ(message, WorkerMessage(answer));
        EXPECT_EQ(reader.next(), std::nullopt);
    }
}

TEST(WorkerMessages, AMessageThatIsDamagedIsNone) {
    std::string unknown = bytes_of(WorkerReady());
    unknown[4] = 9;
    EXPECT_EQ(error_of(unknown), "a message is of the unknown kind 9");
    std::string long_one = bytes_of(WorkerReady());
    long_one[11] = 127;
    EXPECT_EQ(error_of(long_one), "a message claims to have 2130706432 bytes");
    std::string too_long = bytes_of(WorkerReady()) + "x";
    too_long[8] = 1;
    EXPECT_EQ(error_of(too_long), "a message is longer than its fields");
    std::string outcome = bytes_of(answer);
    outcome[16] = 0;
    EXPECT_EQ(error_of(outcome), "a message has an outcome that no worker gives");
    std::string field = bytes_of(answer);
    field[25] = 100;
    EXPECT_EQ(error_of(field), "a message ends within a field");
}

RC_GTEST_PROP(WorkerMessages, AnyTextsComeThroughInAnyPieces,
              (const std::vector<std::string>& texts, const std::string& rest)) {
    std::string bytes;
    for (const std::string& text : texts) {
        append_message(bytes, RunAnswer{.sequence = 1, .reason = text, .output = rest});
    }
    const std::size_t piece = *rc::gen::inRange<std::size_t>(1, 50);
    MessageReader reader;
    std::size_t found = 0;
    for (std::size_t i = 0; i < bytes.size(); i += piece) {
        feed(reader, std::string_view(bytes).substr(i, piece));
        while (const auto message = reader.next()) {
            const auto& read = std::get<RunAnswer>(*message);
            RC_ASSERT(read.reason == texts.at(found));
            RC_ASSERT(read.output == rest);
            ++found;
        }
    }
    RC_ASSERT(found == texts.size());
}

}  // namespace
}  // namespace punctual::detail
