#include "cron_cases.hpp"

#include <gtest/gtest.h>

#include <sstream>

#include "trigger_testing.hpp"

namespace punctual::testing {
namespace {

Texts words_of(const char* text) {
    std::istringstream stream(text);
    Texts words;
    for (std::string word; stream >> word;) words.push_back(word);
    return words;
}

TEST(CronTrigger, AnswersAsApschedulerDoes) {
    for (const CronCase& given : cron_cases) {
        Value value = Value::from_json(given.fields);
        value.set("type", "cron").set("timezone", given.zone).set("dst", "literal");
        Texts expected = words_of(given.instants);
        int count = static_cast<int>(expected.size());
        // Where the set ends, one more than there are is asked for, in place of the mark.
        if (count > 0 && expected.back() == "end") expected.pop_back();
        EXPECT_EQ(instants_from(Trigger::from_value(value), given.from, count), expected)
            << given.fields << " in " << given.zone;
    }
}

}  // namespace
}  // namespace punctual::testing
