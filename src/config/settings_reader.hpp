#pragma once
// Reads a table of settings strictly: each key has one type and a range, and a key that nobody
// asked for is an error. Values may also stand as text, as they do in flat settings.
//
//     SettingsReader reader(settings, "job_defaults");
//     reader.read_boolean("coalesce", defaults.coalesce);
//     reader.read_duration("misfire_grace_time", defaults.misfire_grace_time);
//     reader.finish();

#include <punctual/config.hpp>
#include <punctual/errors.hpp>
#include <punctual/time.hpp>
#include <punctual/value.hpp>

#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace punctual::detail {

/// A wrong setting, with its path, by which its line in a file is found.
class SettingsError : public ConfigurationError {
public:
    SettingsError(std::string path, const std::string& message)
        : ConfigurationError(message), path_(std::move(path)) {}
    [[nodiscard]] const std::string& path() const { return path_; }

private:
    std::string path_;
};

/// A whole number's inclusive range.
struct SettingsRange {
    std::int64_t least;
    std::int64_t most;
};

/// Each `read_…` leaves its field alone where the key is missing, and *throws* SettingsError that
/// names the path, the value and what would be right.
/// *Lifetime*: reads the value that it was made from, which must outlive it.
class SettingsReader {
public:
    /// `path` is where the table stands; empty for the whole. *Throws* SettingsError if `table` is
    /// no object.
    SettingsReader(const Value& table, std::string path);

    /// Where this table stands.
    [[nodiscard]] const std::string& path() const { return path_; }
    /// Where `key` stands: `executors.default.max_workers`.
    [[nodiscard]] std::string path_of(std::string_view key) const;
    /// Every key and value, in the order they were written.
    [[nodiscard]] const Value::Object& members() const { return *table_; }
    /// The value of `key` as it stands; null if it is missing.
    [[nodiscard]] const Value* find(std::string_view key);
    /// The table `key`; nothing if it is missing.
    [[nodiscard]] std::optional<SettingsReader> find_table(std::string_view key);
    /// The text `key`; nothing if it is missing. The message about another type leaves the value
    /// out: it may hold a password.
    [[nodiscard]] std::optional<std::string> find_text(std::string_view key);

    /// Takes words too: true and false, yes and no, on and off, 1 and 0.
    void read_boolean(std::string_view key, bool& field);
    /// Takes a number as text too.
    template <std::integral Number>
    void read_whole(std::string_view key, Number& field, std::int64_t least) {
        constexpr std::int64_t most = std::numeric_limits<Number>::max();
        if (const auto number = find_whole(key, {least, most})) {
            field = static_cast<Number>(*number);
        }
    }
    /// A number of seconds, or text such as "1h 30m" or "unlimited"; longer than nothing.
    void read_duration(std::string_view key, Duration& field);
    void read_timezone(std::string_view key, TimeZone& field);
    void read_on_lost(std::string_view key, OnLost& field);

    /// *Throws* SettingsError for a key that nobody asked for, with the nearest one that somebody
    /// did.
    void finish() const;
    /// *Throws* SettingsError: `executors.default.max_workers is "many"; … is needed`.
    [[noreturn]] void fail(std::string_view key, const Value& value, std::string_view needed) const;

private:
    [[nodiscard]] std::optional<std::int64_t> find_whole(std::string_view key, SettingsRange range);

    const Value::Object* table_;
    std::string path_;
    std::vector<std::string> known_;
};

}  // namespace punctual::detail
