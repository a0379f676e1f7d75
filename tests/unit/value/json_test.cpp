#include <punctual/value.hpp>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cmath>

namespace punctual {
namespace {

std::string message_of(std::string_view json) {
    try {
        (void)Value::from_json(json);
    } catch (const SerializationError& error) {
        return error.what();
    }
    return "no error";
}

std::string nested(int levels) {
    const auto count = static_cast<std::size_t>(levels);
    return std::string(count, '[') + std::string(count, ']');
}

rc::Gen<Value> any_value(int levels) {
    const auto scalar = rc::gen::oneOf(
        rc::gen::just(Value()),
        rc::gen::map(rc::gen::arbitrary<bool>(), [](bool b) { return Value(b); }),
        rc::gen::map(rc::gen::arbitrary<std::int64_t>(), [](std::int64_t i) { return Value(i); }),
        rc::gen::map(rc::gen::arbitrary<double>(), [](double d) { return Value(d); }),
        rc::gen::map(rc::gen::container<std::string>(rc::gen::inRange('\1', '\x7f')),
                     [](const std::string& text) { return Value(text); }));
    if (levels == 0) return scalar;
    const auto items = rc::gen::container<std::vector<Value>>(any_value(levels - 1));
    return rc::gen::oneOf(scalar,
                          rc::gen::map(items, [](std::vector<Value> all) { return Value(all); }),
                          rc::gen::map(items, [](std::vector<Value> all) {
                              Value object = Value::object();
                              for (Value& item : all) {
                                  const std::size_t count = object.as_object().size();
                                  object.set("key " + std::to_string(count), std::move(item));
                              }
                              return object;
                          }));
}

RC_GTEST_PROP(Json, GivesBackEveryValueThatItWrote, ()) {
    const Value value = *any_value(2);
    RC_ASSERT(Value::from_json(value.to_json()) == value);
}

TEST(Json, ReadsEveryType) {
    const Value value =
        Value::from_json(R"( {"a": [null, true, -1, 2.5e1, "x\u00e9\n"], "b": {}} )");
    EXPECT_EQ(value, Value::object({{"a", Value::array({nullptr, true, -1, 25.0, "xé\n"})},
                                    {"b", Value::object()}}));
}

TEST(Json, KeepsMembersInTheOrderTheyWereWritten) {
    EXPECT_EQ(Value::from_json(R"({"z":1,"a":2})").to_json(), R"({"z":1,"a":2})");
}

TEST(Json, KeepsTheDifferenceBetweenIntegersAndReals) {
    EXPECT_EQ(Value(2.0).to_json(), "2.0");
    EXPECT_TRUE(Value::from_json("2").is_integer());
    EXPECT_FALSE(Value::from_json("2.0").is_integer());
}

TEST(Json, ReadsTheWholeRangeOfIntegersAndNoMore) {
    EXPECT_EQ(Value::from_json("9223372036854775807").as_integer(),
              std::numeric_limits<std::int64_t>::max());
    EXPECT_EQ(Value::from_json("-9223372036854775808").as_integer(),
              std::numeric_limits<std::int64_t>::min());
    for (const char* text :
         {"9223372036854775808", "18446744073709551616", "-9223372036854775809"}) {
        EXPECT_NE(message_of(text).find(text), std::string::npos) << message_of(text);
    }
}

TEST(Json, RefusesAKeyThatStandsTwice) {
    EXPECT_EQ(message_of(R"({"a":1,"b":2,"a":3})"), "the key \"a\" stands twice");
}

TEST(Json, SaysWhereTextGoesWrong) {
    EXPECT_NE(message_of("{\"a\":}").find("line 1, column 6"), std::string::npos)
        << message_of("{\"a\":}");
    EXPECT_NE(message_of(""), "no error");
    EXPECT_NE(message_of("1 2"), "no error");
    EXPECT_NE(message_of("{'a':1}"), "no error");
}

TEST(Json, RefusesANumberBeyondADouble) {
    EXPECT_NE(message_of("1e999"), "no error");
}

TEST(Json, RefusesNestingThatCouldExhaustTheStack) {
    EXPECT_EQ(message_of(nested(200)), "no error");
    EXPECT_EQ(message_of(nested(201)), "the JSON is nested more than 200 levels deep");
    EXPECT_EQ(message_of(nested(1'000'000)), "the JSON is nested more than 200 levels deep");
}

TEST(Json, ReplacesBytesThatAreNotUtf8) {
    EXPECT_EQ(Value("a\xff"
                    "b")
                  .to_json(),
              "\"a\xEF\xBF\xBD"
              "b\"");
}

TEST(Json, RefusesToWriteANumberThatIsNotFinite) {
    EXPECT_THROW((void)Value(std::nan("")).to_json(), SerializationError);
    EXPECT_THROW((void)Value(HUGE_VAL).to_json(), SerializationError);
}

}  // namespace
}  // namespace punctual
