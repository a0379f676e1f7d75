#include "config/settings_tree.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "config/settings_reader.hpp"

namespace punctual::detail {

namespace {

constexpr std::string_view apscheduler_prefix = "apscheduler";

constexpr std::array<std::string_view, 6> sections = {"jobstores",    "stores",   "executors",
                                                      "job_defaults", "timezone", "history"};

void merge(Value& target, Value value, const std::string& path);

void merge_member(Value& table, std::string_view key, Value value, const std::string& path) {
    auto& members = table.as_object();
    const auto member = std::ranges::find(members, key, &Value::Member::first);
    if (member == members.end()) {
        members.emplace_back(std::string(key), std::move(value));
    } else {
        merge(member->second, std::move(value), path);
    }
}

void merge(Value& target, Value value, const std::string& path) {
    if (!target.is_object() || !value.is_object()) {
        throw SettingsError(path, path + " is given twice");
    }
    for (auto& [key, member] : value.as_object()) {
        merge_member(target, key, std::move(member), fmt::format("{}.{}", path, key));
    }
}

/// `a.b.c = value` as the tables that hold it, from the inside out, without `a`.
Value nest(std::string_view keys, Value value) {
    while (!keys.empty()) {
        const std::size_t dot = keys.rfind('.');
        value = Value(Value::Object{{std::string(keys.substr(dot + 1)), std::move(value)}});
        keys = keys.substr(0, dot);
    }
    return value;
}

Value split_dotted_keys(const Value& table, const std::string& path) {
    if (!table.is_object()) return table;
    Value result = Value::object();
    for (const auto& [key, value] : table.as_object()) {
        const std::size_t dot = key.find('.');
        const std::string first = key.substr(0, dot);
        Value inner =
            dot == std::string::npos ? value : nest(std::string_view(key).substr(dot), value);
        merge_member(result, first, std::move(inner),
                     path.empty() ? first : fmt::format("{}.{}", path, first));
    }
    return result;
}

const Value* find_path(const Value& settings, std::string_view path) {
    const Value* found = &settings;
    while (found != nullptr && !path.empty()) {
        const std::size_t dot = path.find('.');
        found = found->find(path.substr(0, dot));
        path = dot == std::string_view::npos ? std::string_view() : path.substr(dot + 1);
    }
    return found;
}

void check_beside(const Value& settings, std::string_view prefix) {
    for (const std::string_view section : sections) {
        if (settings.find(section) == nullptr) continue;
        throw SettingsError(std::string(section),
                            fmt::format("{0} stands beside keys that begin with {1}; write {1}.{0}",
                                        section, prefix));
    }
}

}  // namespace

SettingsTree settings_under(const Value& settings, std::string_view prefix) {
    // APScheduler writes its prefix with the dot.
    if (prefix.ends_with('.')) prefix.remove_suffix(1);
    const Value whole = split_dotted_keys(settings, "");
    const Value* own = prefix.empty() ? nullptr : find_path(whole, prefix);
    const Value* others = find_path(whole, apscheduler_prefix);
    if (own == nullptr && others == nullptr) return {whole, ""};
    if (own != nullptr && others != nullptr && own != others) {
        throw SettingsError(std::string(apscheduler_prefix),
                            fmt::format("keys that begin with {} stand beside those that begin "
                                        "with {}; use one of the two",
                                        apscheduler_prefix, prefix));
    }
    const std::string path(own != nullptr ? prefix : apscheduler_prefix);
    check_beside(whole, path);
    return {split_dotted_keys(own != nullptr ? *own : *others, path), path};
}

}  // namespace punctual::detail
