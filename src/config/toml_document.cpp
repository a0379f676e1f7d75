#include "config/toml_document.hpp"

#include <punctual/errors.hpp>

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <utility>
#include <vector>

namespace punctual::detail {

namespace {

[[noreturn]] void fail(std::string_view name, std::size_t line, std::string_view message) {
    throw ConfigurationError(fmt::format("{}:{}: {}", name, line, message));
}

/// Turns the tables of the parser into values and notes the lines.
class Converter {
public:
    Converter(std::string_view name, TomlDocument& document) : name_(name), document_(document) {}

    [[nodiscard]] Value convert(const toml::node& node, const std::string& path) {
        if (const auto* table = node.as_table()) return convert_table(*table, path);
        if (const auto* array = node.as_array()) return convert_array(*array, path);
        if (const auto* text = node.as_string()) return text->get();
        if (const auto* number = node.as_integer()) return number->get();
        if (const auto* flag = node.as_boolean()) return flag->get();
        if (const auto* real = node.as_floating_point()) {
            if (!std::isfinite(real->get())) {
                fail(name_, node.source().begin.line, path + " is not a finite number");
            }
            return real->get();
        }
        std::ostringstream date_or_time;
        node.visit([&](const auto& value) {
            if constexpr (toml::is_chronological<decltype(value)>) date_or_time << value.get();
        });
        return date_or_time.str();
    }

private:
    // The parser sorts keys by name; people number their jobs by where they stand.
    [[nodiscard]] Value convert_table(const toml::table& table, const std::string& path) {
        struct Member {
            toml::source_position at;
            std::string_view key;
            const toml::node* value;
        };
        std::vector<Member> members;
        for (const auto& [key, value] : table) {
            members.push_back({key.source().begin, key.str(), &value});
        }
        std::ranges::sort(members, [](const Member& a, const Member& b) { return a.at < b.at; });
        Value object = Value::object();
        for (const Member& member : members) {
            const std::string member_path = toml_path(path, member.key);
            document_.lines.emplace(member_path, member.at.line);
            object.set(std::string(member.key), convert(*member.value, member_path));
        }
        return object;
    }

    [[nodiscard]] Value convert_array(const toml::array& array, const std::string& path) {
        Value::Array items;
        for (const toml::node& item : array) items.push_back(convert(item, path));
        return items;
    }

    std::string_view name_;
    TomlDocument& document_;
};

bool is_bare(std::string_view key) {
    return !key.empty() && std::ranges::all_of(key, [](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
               (letter >= '0' && letter <= '9') || letter == '_' || letter == '-';
    });
}

}  // namespace

std::size_t TomlDocument::line_of(std::string_view path) const {
    while (!path.empty()) {
        if (const auto found = lines.find(path); found != lines.end()) return found->second;
        const std::size_t dot = path.rfind('.');
        path = dot == std::string_view::npos ? std::string_view() : path.substr(0, dot);
    }
    return 1;
}

std::string toml_path(std::string_view table, std::string_view key) {
    std::string path(table);
    if (!path.empty()) path += '.';
    return path += is_bare(key) ? std::string(key) : Value(key).to_json();
}

TomlDocument parse_toml(std::string_view text, std::string_view name) {
    TomlDocument document;
    try {
        const toml::table table = toml::parse(text);
        document.settings = Converter(name, document).convert(table, "");
    } catch (const toml::parse_error& error) {
        fail(name, error.source().begin.line, error.description());
    }
    return document;
}

TomlDocument read_toml_file(const std::string& path) {
    return parse_toml(read_text_file(path), path);
}

std::string read_text_file(const std::string& path) {
    if (std::filesystem::is_directory(path)) {
        throw ConfigurationError("cannot read " + path + ": it is a directory");
    }
    std::ifstream file(path, std::ios::binary);
    std::ostringstream text;
    if (file.is_open()) text << file.rdbuf();
    if (!file.is_open() || text.bad()) {
        throw ConfigurationError(fmt::format("cannot read {}: {}", path, std::strerror(errno)));
    }
    return text.str();
}

}  // namespace punctual::detail
