#include "executors/output_capture.hpp"

#include <gtest/gtest.h>

namespace punctual::detail {
namespace {

std::string capture(std::size_t limit, std::initializer_list<std::string_view> parts) {
    OutputCapture capture(limit);
    for (const std::string_view part : parts) capture.append(part);
    return capture.text();
}

TEST(OutputCapture, KeepsEverythingUpToTheLimit) {
    EXPECT_EQ(capture(10, {}), "");
    EXPECT_EQ(capture(10, {"abc", "defg"}), "abcdefg");
    EXPECT_EQ(capture(10, {"0123456789"}), "0123456789");
}

TEST(OutputCapture, KeepsTheBeginningAndTheEndOfMore) {
    EXPECT_EQ(capture(10, {"0123456789abc"}), "01234\n… 3 bytes left out …\n89abc");
}

TEST(OutputCapture, GivesTheSameInWhateverPiecesItCame) {
    const std::string text = "0123456789abcdefghijklmnopqrstuvwxyz0123456789";
    OutputCapture bytewise(10);
    for (const char byte : text) bytewise.append({&byte, 1});
    EXPECT_EQ(bytewise.text(), capture(10, {text}));
    EXPECT_EQ(bytewise.text(), "01234\n… 36 bytes left out …\n56789");
}

TEST(OutputCapture, BreaksNoLineTwice) {
    EXPECT_EQ(capture(6, {"ab\ncdefghi\n"}), "ab\n… 5 bytes left out …\nhi\n");
}

TEST(OutputCapture, CutsNoCharacterInTwo) {
    EXPECT_EQ(capture(8, {"abc€defg€hij"}), "abc\n… 10 bytes left out …\nhij");
}

TEST(OutputCapture, AnOddByteGoesToTheEnd) {
    EXPECT_EQ(capture(3, {"abcdef"}), "a\n… 3 bytes left out …\nef");
}

TEST(OutputCapture, WithoutALimitCountsOnly) {
    EXPECT_EQ(capture(0, {}), "");
    EXPECT_EQ(capture(0, {"abc"}), "… 3 bytes left out …\n");
}

}  // namespace
}  // namespace punctual::detail
