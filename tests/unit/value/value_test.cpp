#include <punctual/value.hpp>

#include <gtest/gtest.h>

#include <cmath>

namespace {

struct Order {
    std::string customer;
    int copies = 1;
    std::optional<double> discount;
    std::vector<std::string> tags;
    friend bool operator==(const Order&, const Order&) = default;
};

}  // namespace

PUNCTUAL_FIELDS(Order, customer, copies, discount, tags)

namespace punctual {
namespace {

std::string message_of(auto action) {
    try {
        action();
    } catch (const SerializationError& error) {
        return error.what();
    }
    return "no error";
}

TEST(Value, IsNullByDefault) {
    EXPECT_TRUE(Value().is_null());
    EXPECT_EQ(Value(), Value(nullptr));
}

TEST(Value, KnowsTheTypeOfWhatItHolds) {
    EXPECT_EQ(Value(true).type(), Value::Type::boolean);
    EXPECT_EQ(Value(3).type(), Value::Type::integer);
    EXPECT_EQ(Value(2.5).type(), Value::Type::real);
    EXPECT_EQ(Value("text").type(), Value::Type::text);
    EXPECT_EQ(Value::array({1, 2}).type(), Value::Type::array);
    EXPECT_EQ(Value::object({{"a", 1}}).type(), Value::Type::object);
}

TEST(Value, GivesAnIntegerForARealWithoutFraction) {
    EXPECT_EQ(Value(7.0).as_integer(), 7);
}

TEST(Value, RefusesARealWithFractionOrOutOfRangeAsInteger) {
    EXPECT_THROW((void)Value(7.5).as_integer(), SerializationError);
    EXPECT_THROW((void)Value(9223372036854775808.0).as_integer(), SerializationError);
    EXPECT_EQ(Value(-9223372036854775808.0).as_integer(), std::numeric_limits<std::int64_t>::min());
}

TEST(Value, RefusesAnUnsignedNumberThatDoesNotFit) {
    EXPECT_THROW((void)Value(std::numeric_limits<std::uint64_t>::max()), SerializationError);
}

TEST(Value, NamesValueAndTypesWhenAskedForAnotherType) {
    EXPECT_EQ(message_of([] { (void)Value("abc").as_number(); }),
              "a number is needed, but \"abc\" is text");
    EXPECT_EQ(message_of([] { (void)Value(1).as_object(); }),
              "an object is needed, but 1 is a number");
}

TEST(Value, CutsLongValuesInMessages) {
    const std::string text = std::string(58, 'x') + "éééé";
    EXPECT_EQ(message_of([&] { (void)Value(text).as_number(); }),
              "a number is needed, but \"" + std::string(58, 'x') + "… is text");
}

TEST(Value, SetsAndReplacesMembersInOrder) {
    Value object;
    object.set("b", 1).set("a", 2).set("b", 3);
    EXPECT_EQ(object.to_json(), R"({"b":3,"a":2})");
    EXPECT_EQ(object.find("a")->as_integer(), 2);
    EXPECT_EQ(object.find("c"), nullptr);
}

TEST(Value, GivesItsContentAwayWhenItIsATemporary) {
    std::string keys;
    for (const auto& [key, member] : Value::object({{"a", 1}, {"b", 2}}).as_object()) keys += key;
    EXPECT_EQ(keys, "ab");
    const std::string& text = Value(std::string(100, 'x')).as_text();
    EXPECT_EQ(text, std::string(100, 'x'));
    EXPECT_THROW((void)Value(1).as_array(), SerializationError);
}

TEST(Value, FindsNothingInWhatIsNoObject) {
    EXPECT_EQ(Value(3).find("a"), nullptr);
}

TEST(Value, EqualsAnObjectWithTheSameMembersInAnotherOrder) {
    EXPECT_EQ(Value::object({{"a", 1}, {"b", 2}}), Value::object({{"b", 2}, {"a", 1}}));
    EXPECT_FALSE(Value::object({{"a", 1}}) == Value::object({{"a", 2}}));
    EXPECT_FALSE(Value::object({{"a", 1}}) == Value::object({{"b", 1}}));
    EXPECT_FALSE(Value::object({{"a", 1}}) == Value::object({{"a", 1}, {"b", 2}}));
    EXPECT_FALSE(Value(1) == Value(1.0));
}

TEST(Codec, StoresAStructAsAnObjectOfItsFields) {
    const Order order{"ACME", 2, 0.5, {"new"}};
    EXPECT_EQ(encode(order).to_json(),
              R"({"customer":"ACME","copies":2,"discount":0.5,"tags":["new"]})");
    EXPECT_EQ(decode<Order>(encode(order)), order);
}

TEST(Codec, KeepsDefaultsForMissingFieldsAndPassesOverUnknownOnes) {
    const Order order = decode<Order>(Value::object({{"customer", "ACME"}, {"colour", "red"}}));
    EXPECT_EQ(order, (Order{"ACME", 1, std::nullopt, {}}));
}

TEST(Codec, NamesTheFieldThatIsWrong) {
    EXPECT_EQ(message_of([] {
                  (void)decode<Order>(Value::object({{"copies", "two"}}));
              }),
              "copies: a whole number is needed, but \"two\" is text");
}

TEST(Codec, NamesTheRangeOfASmallInteger) {
    EXPECT_EQ(message_of([] { (void)decode<std::int8_t>(Value(200)); }),
              "the number 200 is out of range: -128 to 127");
}

TEST(Codec, KeepsMapsAndDurations) {
    const std::map<std::string, int> ages = {{"ann", 3}, {"bob", 4}};
    EXPECT_EQ((decode<std::map<std::string, int>>(encode(ages))), ages);
    EXPECT_EQ(decode<Duration>(encode(Duration(1500ms))), Duration(1500ms));
}

}  // namespace
}  // namespace punctual
