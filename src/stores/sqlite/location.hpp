#pragma once
// Where a SQLite store is, and how it is to be opened: its URL.

#include <chrono>
#include <string>
#include <string_view>

namespace punctual::detail {

/// How soon a commit is safe from a loss of power.
enum class SqliteSynchronous : unsigned char {
    normal,  ///< A loss of power may undo the last commits; a crash of the process does not.
    full,    ///< Each commit is on disk when it returns.
};

struct SqliteLocation {
    /// The file; empty for a database in memory.
    std::string path;
    SqliteSynchronous synchronous = SqliteSynchronous::full;
    /// How long to wait for another program that has locked the file.
    std::chrono::milliseconds busy_timeout{5000};
    /// How the names of all tables begin. Without one the file is the jobs' alone.
    std::string prefix{};

    /// As in messages.
    [[nodiscard]] std::string describe() const;
};

/// `sqlite:///relative.sqlite`, `sqlite:////absolute.sqlite`, and `sqlite://` or `:memory:` for one
/// in memory; with `?synchronous=normal&busy_timeout=10s&prefix=cron_`. Percent codes are decoded.
/// *Throws* ConfigurationError that names what is wrong.
[[nodiscard]] SqliteLocation parse_sqlite_url(std::string_view url);

}  // namespace punctual::detail
