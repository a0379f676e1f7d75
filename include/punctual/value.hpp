#pragma once
// A small variant for what is stored: arguments of tasks, triggers, settings. Its text form is
// JSON.
//
//     struct Order { std::string customer; int copies = 1; };
//     PUNCTUAL_FIELDS(Order, customer, copies)             // Order can now be an argument of a
//     task
//
//     Value value = encode(Order{"ACME", 2});              // {"customer":"ACME","copies":2}
//     Order order = decode<Order>(value);

#include <punctual/errors.hpp>
#include <punctual/time.hpp>

#include <concepts>
#include <cstdint>
#include <initializer_list>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace punctual {

/// Null, a boolean, a 64-bit integer, a double, text (UTF-8), an array or an object (members in the
/// order they were set). A plain value: copies are deep.
/// *Thread safety*: distinct objects safe; shared objects safe to read.
class Value {
public:
    /// The key of a member of an object, and its value.
    using Member = std::pair<std::string, Value>;
    using Array = std::vector<Value>;
    using Object = std::vector<Member>;
    enum class Type : std::uint8_t { null, boolean, integer, real, text, array, object };

    Value() = default;
    Value(std::nullptr_t) {}                                // NOLINT(google-explicit-constructor)
    Value(std::same_as<bool> auto value) : data_(value) {}  // NOLINT(google-explicit-constructor)
    template <class I>
    requires(std::integral<I> && !std::same_as<I, bool>) Value(I value)
        : data_(checked(value)) {}  // NOLINT(google-explicit-constructor)
    Value(std::floating_point auto value) : data_(static_cast<double>(value)) {}  // NOLINT
    Value(const char* text) : data_(std::string(text)) {}  // NOLINT(google-explicit-constructor)
    Value(std::string_view text)
        : data_(std::string(text)) {}                    // NOLINT(google-explicit-constructor)
    Value(std::string text) : data_(std::move(text)) {}  // NOLINT(google-explicit-constructor)
    Value(Array array) : data_(std::move(array)) {}      // NOLINT(google-explicit-constructor)
    Value(Object object) : data_(std::move(object)) {}   // NOLINT(google-explicit-constructor)
    /// `Value::object({{"id", "a"}, {"count", 3}})`.
    [[nodiscard]] static Value object(std::initializer_list<Member> members = {});
    [[nodiscard]] static Value array(std::initializer_list<Value> items = {});

    [[nodiscard]] Type type() const { return static_cast<Type>(data_.index()); }
    /// "null", "a boolean", "a number", "text", "an array", "an object": for messages.
    [[nodiscard]] const char* type_name() const;
    [[nodiscard]] bool is_null() const { return type() == Type::null; }
    [[nodiscard]] bool is_boolean() const { return type() == Type::boolean; }
    [[nodiscard]] bool is_integer() const { return type() == Type::integer; }
    [[nodiscard]] bool is_number() const { return is_integer() || type() == Type::real; }
    [[nodiscard]] bool is_text() const { return type() == Type::text; }
    [[nodiscard]] bool is_array() const { return type() == Type::array; }
    [[nodiscard]] bool is_object() const { return type() == Type::object; }

    // Each *throws* SerializationError that names the type it is and the type asked for.
    [[nodiscard]] bool as_boolean() const;
    /// Also takes a real without a fraction that fits.
    [[nodiscard]] std::int64_t as_integer() const;
    [[nodiscard]] double as_number() const;
    [[nodiscard]] const std::string& as_text() const&;
    [[nodiscard]] const Array& as_array() const&;
    [[nodiscard]] const Object& as_object() const&;
    [[nodiscard]] Array& as_array() &;
    [[nodiscard]] Object& as_object() &;
    // A temporary gives its content away: a reference into it would dangle.
    [[nodiscard]] std::string as_text() &&;
    [[nodiscard]] Array as_array() &&;
    [[nodiscard]] Object as_object() &&;

    /// The member `key` of an object; null if there is none or this is no object.
    [[nodiscard]] const Value* find(std::string_view key) const;
    /// Sets a member, replacing one of the same key; turns null into an object first.
    Value& set(std::string key, Value value);

    /// Compact JSON on one line. Text that is not UTF-8 has its bad bytes replaced by U+FFFD.
    /// *Throws* SerializationError for a number that is not finite.
    [[nodiscard]] std::string to_json() const;
    /// *Throws* SerializationError that says where the text goes wrong. Keys that stand twice,
    /// integers beyond 64 bits and nesting beyond 200 levels are errors too.
    [[nodiscard]] static Value from_json(std::string_view text);

    /// Objects are equal whatever the order of their members.
    friend bool operator==(const Value& a, const Value& b);

private:
    template <class I>
    static std::int64_t checked(I value) {
        if (std::cmp_greater(value, std::numeric_limits<std::int64_t>::max())) {
            throw SerializationError("the number " + std::to_string(value) +
                                     " is larger than a stored integer can be (2^63 - 1)");
        }
        return static_cast<std::int64_t>(value);
    }
    std::variant<std::nullptr_t, bool, std::int64_t, double, std::string, Array, Object> data_;
};

/// How a type becomes a `Value` and back. Specialise it, or use PUNCTUAL_FIELDS for a struct:
/// `static Value encode(const T&)` and `static T decode(const Value&)`, which throws
/// SerializationError for a value that is not one.
template <class T>
struct Codec;

/// A type that can be stored.
template <class T>
concept Storable = requires(const std::remove_cvref_t<T>& object, const Value& value) {
    { Codec<std::remove_cvref_t<T>>::encode(object) } -> std::convertible_to<Value>;
    { Codec<std::remove_cvref_t<T>>::decode(value) } -> std::convertible_to<std::remove_cvref_t<T>>;
};

template <Storable T>
[[nodiscard]] Value encode(const T& object) {
    return Codec<T>::encode(object);
}
template <Storable T>
[[nodiscard]] T decode(const Value& value) {
    return Codec<T>::decode(value);
}

template <>
struct Codec<Value> {
    static Value encode(const Value& value) { return value; }
    static Value decode(const Value& value) { return value; }
};
template <>
struct Codec<bool> {
    static Value encode(bool value) { return value; }
    static bool decode(const Value& value) { return value.as_boolean(); }
};
template <class I>
requires(std::integral<I> && !std::same_as<I, bool>) struct Codec<I> {
    static Value encode(I value) { return value; }
    static I decode(const Value& value) {
        const std::int64_t number = value.as_integer();
        if (!std::in_range<I>(number)) {
            throw SerializationError("the number " + std::to_string(number) + " is out of range: " +
                                     std::to_string(std::numeric_limits<I>::min()) + " to " +
                                     std::to_string(std::numeric_limits<I>::max()));
        }
        return static_cast<I>(number);
    }
};
template <std::floating_point F>
struct Codec<F> {
    static Value encode(F value) { return value; }
    static F decode(const Value& value) { return static_cast<F>(value.as_number()); }
};
template <>
struct Codec<std::string> {
    static Value encode(const std::string& value) { return value; }
    static std::string decode(const Value& value) { return value.as_text(); }
};
/// As RFC 3339 text.
template <>
struct Codec<Instant> {
    static Value encode(Instant value) { return format_instant(value); }
    static Instant decode(const Value& value) { return parse_instant(value.as_text()); }
};
/// As whole microseconds.
template <>
struct Codec<Duration> {
    static Value encode(Duration value) { return value.count(); }
    static Duration decode(const Value& value) {
        return std::chrono::microseconds(value.as_integer());
    }
};
template <Storable T>
struct Codec<std::optional<T>> {
    static Value encode(const std::optional<T>& value) {
        return value ? Codec<T>::encode(*value) : Value();
    }
    static std::optional<T> decode(const Value& value) {
        return value.is_null() ? std::nullopt : std::optional<T>(Codec<T>::decode(value));
    }
};
template <Storable T>
struct Codec<std::vector<T>> {
    static Value encode(const std::vector<T>& items) {
        Value::Array array;
        array.reserve(items.size());
        for (const T& item : items) array.push_back(Codec<T>::encode(item));
        return array;
    }
    static std::vector<T> decode(const Value& value) {
        std::vector<T> items;
        items.reserve(value.as_array().size());
        for (const Value& item : value.as_array()) items.push_back(Codec<T>::decode(item));
        return items;
    }
};
template <Storable T>
struct Codec<std::map<std::string, T>> {
    static Value encode(const std::map<std::string, T>& items) {
        Value object = Value::object();
        for (const auto& [key, item] : items) object.set(key, Codec<T>::encode(item));
        return object;
    }
    static std::map<std::string, T> decode(const Value& value) {
        std::map<std::string, T> items;
        for (const auto& [key, item] : value.as_object())
            items.emplace(key, Codec<T>::decode(item));
        return items;
    }
};

namespace detail {

/// Reads one field of a struct; a missing one keeps its default, a wrong one names its key.
template <class T>
void decode_field(const Value& object, std::string_view key, T& field) {
    const Value* value = object.find(key);
    if (value == nullptr) return;
    try {
        field = Codec<T>::decode(*value);
    } catch (const SerializationError& error) {
        throw SerializationError(std::string(key) + ": " + error.what());
    }
}

}  // namespace detail

// Calls `macro(argument)` for each of up to 256 arguments.
#define PUNCTUAL_PARENS ()
#define PUNCTUAL_EXPAND(...) \
    PUNCTUAL_EXPAND3(PUNCTUAL_EXPAND3(PUNCTUAL_EXPAND3(PUNCTUAL_EXPAND3(__VA_ARGS__))))
#define PUNCTUAL_EXPAND3(...) \
    PUNCTUAL_EXPAND2(PUNCTUAL_EXPAND2(PUNCTUAL_EXPAND2(PUNCTUAL_EXPAND2(__VA_ARGS__))))
#define PUNCTUAL_EXPAND2(...) \
    PUNCTUAL_EXPAND1(PUNCTUAL_EXPAND1(PUNCTUAL_EXPAND1(PUNCTUAL_EXPAND1(__VA_ARGS__))))
#define PUNCTUAL_EXPAND1(...) __VA_ARGS__
#define PUNCTUAL_FOR_EACH(macro, ...) \
    __VA_OPT__(PUNCTUAL_EXPAND(PUNCTUAL_FOR_EACH_STEP(macro, __VA_ARGS__)))
#define PUNCTUAL_FOR_EACH_STEP(macro, argument, ...) \
    macro(argument) __VA_OPT__(PUNCTUAL_FOR_EACH_AGAIN PUNCTUAL_PARENS(macro, __VA_ARGS__))
#define PUNCTUAL_FOR_EACH_AGAIN() PUNCTUAL_FOR_EACH_STEP
#define PUNCTUAL_ENCODE_FIELD(field) value.set(#field, ::punctual::encode(object.field));
#define PUNCTUAL_DECODE_FIELD(field) ::punctual::detail::decode_field(value, #field, object.field);

/// Makes a struct storable, as an object of the named fields. Use it in the global namespace, after
/// the struct. Fields missing from stored data keep their defaults; unknown ones are passed over,
/// so that data of newer and older programs can be read.
#define PUNCTUAL_FIELDS(Type, ...)                                 \
    template <>                                                    \
    struct punctual::Codec<Type> {                                 \
        static ::punctual::Value encode(const Type& object) {      \
            ::punctual::Value value = ::punctual::Value::object(); \
            PUNCTUAL_FOR_EACH(PUNCTUAL_ENCODE_FIELD, __VA_ARGS__)  \
            return value;                                          \
        }                                                          \
        static Type decode(const ::punctual::Value& value) {       \
            Type object{};                                         \
            static_cast<void>(value.as_object());                  \
            PUNCTUAL_FOR_EACH(PUNCTUAL_DECODE_FIELD, __VA_ARGS__)  \
            return object;                                         \
        }                                                          \
    };

}  // namespace punctual
