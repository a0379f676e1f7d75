#pragma once
// Reads the JSON form of a trigger strictly: each option has one type and a range, and a key that
// nobody asked for is an error.
//
//     OptionReader options(value, "interval");
//     const double hours = options.number("hours", 0);
//     const When start = options.when("start_date");
//     options.finish();

#include <punctual/errors.hpp>
#include <punctual/time.hpp>
#include <punctual/value.hpp>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace punctual::detail {

/// A whole number's inclusive range.
struct WholeRange {
    std::int64_t first;
    std::int64_t last;
};

/// Every getter takes a missing key for its default, and *throws* TriggerError that names the type,
/// the key, the value and what would be right.
/// *Lifetime*: reads the value that it was made from, which must outlive it.
class OptionReader {
public:
    /// *Throws* TriggerError if `value` is no object. Accepts the key `type`.
    OptionReader(const Value& value, std::string_view type);

    /// The type's name, with which messages begin.
    [[nodiscard]] std::string_view type() const { return type_; }

    /// The value of `key` as it stands; null if it is missing.
    [[nodiscard]] const Value* find(std::string_view key);
    /// As `find`, but *throws* if it is missing.
    [[nodiscard]] const Value& require(std::string_view key);

    [[nodiscard]] std::string text(std::string_view key, std::string_view fallback = {});
    [[nodiscard]] double number(std::string_view key, double fallback);
    [[nodiscard]] std::int64_t whole(std::string_view key, std::int64_t fallback, WholeRange range);
    /// A number of seconds, rounded to microseconds; not negative.
    [[nodiscard]] Duration seconds(std::string_view key, Duration fallback);
    /// A date or a date and time, as text.
    [[nodiscard]] When when(std::string_view key);
    /// An array; an empty one if the key is missing.
    [[nodiscard]] std::span<const Value> array(std::string_view key);

    /// The key `timezone`.
    [[nodiscard]] TimeZone timezone();
    /// The key `dst`.
    [[nodiscard]] Dst dst();
    /// The key `jitter`, in seconds.
    [[nodiscard]] Duration jitter() { return seconds("jitter", {}); }

    /// *Throws* TriggerError for a key that no getter asked for, with the nearest one that was.
    void finish() const;

    /// *Throws* TriggerError: `interval: hours is "two"; a number is needed`.
    [[noreturn]] void fail(std::string_view key, const Value& value, std::string_view needed) const;

private:
    std::string_view type_;
    const Value::Object* object_;
    std::vector<std::string> known_;
};

/// The one of `known` that looks most like `word`; empty if none comes close.
[[nodiscard]] std::string nearest_word(std::string_view word, std::span<const std::string> known);

/// "once", "skip" or "literal".
[[nodiscard]] const char* dst_name(Dst dst);

/// A length in seconds, whole where it is: the stored form of `jitter` and `threshold`.
[[nodiscard]] Value seconds_value(Duration length);

/// *Throws* TriggerError if `length` is negative: `interval: jitter is -5s; …`.
void check_not_negative(std::string_view type, std::string_view key, Duration length);

}  // namespace punctual::detail
