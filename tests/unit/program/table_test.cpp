#include "table.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace punctual::program {
namespace {

TEST(Table, AlignsItsColumnsAndLeavesNoSpacesAtTheEnd) {
    Table table({"JOB", "OUTCOME", "DETAILS"});
    table.add({"backup", "failed", "no disk"});
    table.add({"a", "succeeded", ""});
    std::ostringstream out;
    table.print(out);
    EXPECT_EQ(out.str(),
              "JOB     OUTCOME    DETAILS\n"
              "backup  failed     no disk\n"
              "a       succeeded\n");
}

TEST(Table, CountsCharactersAndNotBytes) {
    Table table({"JOB", "NEXT"});
    table.add({"Übergröße", "x"});
    std::ostringstream out;
    table.print(out);
    EXPECT_EQ(out.str(), "JOB        NEXT\nÜbergröße  x\n");
}

TEST(OneLine, IsTheFirstThatHasSomethingInIt) {
    EXPECT_EQ(one_line("\n  \r\n  first\nsecond"), "first");
    EXPECT_EQ(one_line(" \n\t"), "");
}

TEST(OneLine, CannotSteerATerminal) {
    EXPECT_EQ(one_line("red \x1b[31m\ttext\x7f"), "red  [31m text ");
}

}  // namespace
}  // namespace punctual::program
