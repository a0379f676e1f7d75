#pragma once
// Reads a table of settings strictly: each key has one type and a range, and a key that nobody
// asked for is a mistake. A mistake is noted and reading goes on.
//
//     TableReader job(table, "jobs.backup", mistakes);
//     if (const auto limit = job.duration("timeout", 1us)) options.timeout = *limit;
//     job.finish();

#include <punctual/time.hpp>
#include <punctual/value.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mistakes.hpp"

namespace punctual::program {

/// Every getter returns nothing for a key that is missing, and for a wrong value, which it notes.
/// *Lifetime*: the value and the mistakes outlive it.
class TableReader {
public:
    /// Notes a mistake if `table` is no table; then it reads as an empty one.
    TableReader(const Value& table, std::string path, Mistakes& mistakes);

    /// The value of `key` as it stands; null if it is missing.
    [[nodiscard]] const Value* find(std::string_view key);
    [[nodiscard]] std::optional<std::string> text(std::string_view key);
    [[nodiscard]] std::optional<bool> flag(std::string_view key);
    [[nodiscard]] std::optional<std::int64_t> whole(std::string_view key, std::int64_t least,
                                                    std::int64_t most);
    /// Text such as "30s" or "unlimited", or a number of seconds.
    [[nodiscard]] std::optional<Duration> duration(std::string_view key, Duration least);
    [[nodiscard]] std::optional<TimeZone> timezone(std::string_view key);
    /// The table `key`; an empty one if it is missing or no table.
    [[nodiscard]] TableReader table(std::string_view key);

    /// Each key with its value.
    [[nodiscard]] const Value::Object& members() const { return table_->as_object(); }
    /// Notes the keys that no getter asked for, with the nearest one that was.
    void finish();

    [[nodiscard]] const std::string& path() const { return path_; }
    [[nodiscard]] std::string path_of(std::string_view key) const;
    [[nodiscard]] Mistakes& mistakes() { return mistakes_; }
    /// Notes `jobs.backup.timeout is "soon"; a length such as "30s" is needed`.
    void note(std::string_view key, const Value& value, std::string_view needed);
    /// Notes `jobs.backup.timeout: …`.
    void note(std::string_view key, std::string_view message);

private:
    const Value* table_;
    std::string path_;
    Mistakes& mistakes_;
    std::vector<std::string> known_;
};

}  // namespace punctual::program
