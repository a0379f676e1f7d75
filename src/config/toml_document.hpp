#pragma once
// A TOML file as a value, with the line of every key, so that a mistake found later can say where
// it stands.
//
//     const TomlDocument document = read_toml_file("jobs.toml");
//     document.line_of("jobs.backup.crontab");   // 12

#include <punctual/value.hpp>

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace punctual::detail {

/// *Thread safety*: distinct objects safe; shared objects safe to read.
struct TomlDocument {
    /// Tables as objects with their members in the order of the file; dates and times as text.
    Value settings = Value::object();
    /// The line of each key by its path; lines are counted from 1.
    std::map<std::string, std::size_t, std::less<>> lines{};

    /// The line of `path` or, where there is no such key, of the table that would have it.
    [[nodiscard]] std::size_t line_of(std::string_view path) const;
};

/// The path of a key in a table: `jobs.backup`, `jobs."data.base"`.
[[nodiscard]] std::string toml_path(std::string_view table, std::string_view key);

/// *Throws* ConfigurationError: `jobs.toml:3: …`. `name` stands for the text in it.
[[nodiscard]] TomlDocument parse_toml(std::string_view text, std::string_view name);
/// *Throws* ConfigurationError as `parse_toml`, and for a file that cannot be read.
[[nodiscard]] TomlDocument read_toml_file(const std::string& path);

/// All of a file. *Throws* ConfigurationError if it cannot be read.
[[nodiscard]] std::string read_text_file(const std::string& path);

}  // namespace punctual::detail
