#include <punctual/value.hpp>

#include <cmath>
#include <string>

namespace punctual {

namespace {

[[noreturn]] void throw_wrong_type(const Value& value, const char* needed) {
    constexpr std::size_t longest = 60;
    std::string text = value.to_json();
    if (text.size() > longest) {
        // Not in the middle of a character.
        std::size_t length = longest;
        while ((static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80U) --length;
        text = text.substr(0, length) + "…";
    }
    throw SerializationError(std::string(needed) + " is needed, but " + text + " is " +
                             value.type_name());
}

bool equal_objects(const Value::Object& a, const Value& b) {
    if (a.size() != b.as_object().size()) return false;
    for (const auto& [key, value] : a) {
        const Value* other = b.find(key);
        if (other == nullptr || !(*other == value)) return false;
    }
    return true;
}

}  // namespace

Value Value::object(std::initializer_list<Member> members) {
    Value object = Object();
    for (const Member& member : members) object.set(member.first, member.second);
    return object;
}

Value Value::array(std::initializer_list<Value> items) {
    return Array(items);
}

const char* Value::type_name() const {
    switch (type()) {
        case Type::null:
            return "null";
        case Type::boolean:
            return "a boolean";
        case Type::integer:
        case Type::real:
            return "a number";
        case Type::text:
            return "text";
        case Type::array:
            return "an array";
        case Type::object:
            return "an object";
    }
    return "nothing";
}

bool Value::as_boolean() const {
    if (const bool* boolean = std::get_if<bool>(&data_)) return *boolean;
    throw_wrong_type(*this, "a boolean");
}

std::int64_t Value::as_integer() const {
    if (const std::int64_t* integer = std::get_if<std::int64_t>(&data_)) return *integer;
    // 2^63 is the first double too large; its negative is the smallest that fits.
    constexpr double limit = 9223372036854775808.0;
    const double* real = std::get_if<double>(&data_);
    if (real != nullptr && *real >= -limit && *real < limit && std::trunc(*real) == *real) {
        return static_cast<std::int64_t>(*real);
    }
    throw_wrong_type(*this, "a whole number");
}

double Value::as_number() const {
    if (const double* real = std::get_if<double>(&data_)) return *real;
    if (const std::int64_t* integer = std::get_if<std::int64_t>(&data_)) {
        return static_cast<double>(*integer);
    }
    throw_wrong_type(*this, "a number");
}

const std::string& Value::as_text() const& {
    if (const std::string* text = std::get_if<std::string>(&data_)) return *text;
    throw_wrong_type(*this, "text");
}

const Value::Array& Value::as_array() const& {
    if (const Array* array = std::get_if<Array>(&data_)) return *array;
    throw_wrong_type(*this, "an array");
}

const Value::Object& Value::as_object() const& {
    if (const Object* object = std::get_if<Object>(&data_)) return *object;
    throw_wrong_type(*this, "an object");
}

Value::Array& Value::as_array() & {
    return const_cast<Array&>(std::as_const(*this).as_array());
}

Value::Object& Value::as_object() & {
    return const_cast<Object&>(std::as_const(*this).as_object());
}

std::string Value::as_text() && {
    return std::move(const_cast<std::string&>(std::as_const(*this).as_text()));
}

Value::Array Value::as_array() && {
    return std::move(as_array());
}

Value::Object Value::as_object() && {
    return std::move(as_object());
}

const Value* Value::find(std::string_view key) const {
    const Object* object = std::get_if<Object>(&data_);
    if (object == nullptr) return nullptr;
    for (const Member& member : *object) {
        if (member.first == key) return &member.second;
    }
    return nullptr;
}

Value& Value::set(std::string key, Value value) {
    if (is_null()) data_ = Object();
    for (Member& member : as_object()) {
        if (member.first == key) {
            member.second = std::move(value);
            return *this;
        }
    }
    as_object().emplace_back(std::move(key), std::move(value));
    return *this;
}

bool operator==(const Value& a, const Value& b) {
    if (a.type() != b.type()) return false;
    return a.is_object() ? equal_objects(a.as_object(), b) : a.data_ == b.data_;
}

}  // namespace punctual
