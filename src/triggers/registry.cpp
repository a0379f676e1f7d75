// The types of triggers by name: those that Punctual brings and those that users register.

#include <punctual/trigger.hpp>

#include "triggers/cron_json.hpp"
#include "triggers/options.hpp"
#include "triggers/readers.hpp"

#include <fmt/format.h>

#include <array>
#include <mutex>
#include <shared_mutex>

namespace punctual {

namespace detail {

namespace {

struct BuiltInType {
    const char* name;
    TriggerReader read;
};

constexpr auto built_in_types = std::to_array<BuiltInType>({
    {"date", read_date},
    {"interval", read_interval},
    {"cron", read_cron},
    {"crontab", read_crontab},
    {"calendar_interval", read_calendar_interval},
    {"and", read_and},
    {"or", read_or},
    {"except", read_except},
    {"on_demand", read_on_demand},
});

TriggerReader find_built_in(std::string_view name) {
    for (const BuiltInType& type : built_in_types) {
        if (type.name == name) return type.read;
    }
    return nullptr;
}

struct UserType {
    std::string name;
    std::type_index type;
    TriggerReader read;
};

struct UserTypes {
    std::shared_mutex mutex;
    std::vector<UserType> types;
};

// Leaked, so that triggers can be stored while static objects are destroyed.
UserTypes& user_types() {
    static UserTypes& types = *new UserTypes;
    return types;
}

TriggerReader find_registered(std::string_view name) {
    UserTypes& registry = user_types();
    const std::shared_lock lock(registry.mutex);
    for (const UserType& entry : registry.types) {
        if (entry.name == name) return entry.read;
    }
    return nullptr;
}

std::vector<std::string> known_names() {
    std::vector<std::string> names;
    names.reserve(std::size(built_in_types));
    for (const BuiltInType& type : built_in_types) names.emplace_back(type.name);
    UserTypes& registry = user_types();
    const std::shared_lock lock(registry.mutex);
    for (const UserType& entry : registry.types) names.push_back(entry.name);
    return names;
}

[[noreturn]] void throw_unknown_type(const std::string& name) {
    const std::vector<std::string> known = known_names();
    const std::string nearest = nearest_word(name, known);
    throw TriggerError(nearest.empty() ? fmt::format("trigger: unknown type {}; known are {}",
                                                     Value(name).to_json(), fmt::join(known, ", "))
                                       : fmt::format("trigger: unknown type {}; did you mean {}?",
                                                     Value(name).to_json(), nearest));
}

Trigger read_registered(const std::string& name, TriggerReader read, const Value& value) {
    try {
        return Trigger(read(value));
    } catch (const SerializationError& error) {
        throw TriggerError(fmt::format("{}: {}", name, error.what()));
    }
}

}  // namespace

std::string registered_trigger_name(std::type_index type) {
    UserTypes& registry = user_types();
    const std::shared_lock lock(registry.mutex);
    for (const UserType& entry : registry.types) {
        if (entry.type == type) return entry.name;
    }
    return {};
}

void register_trigger_type(std::string name, std::type_index type, TriggerReader reader) {
    UserTypes& registry = user_types();
    const std::unique_lock lock(registry.mutex);
    bool taken = name.empty() || find_built_in(name) != nullptr;
    for (const UserType& entry : registry.types) {
        if (entry.name == name && entry.type == type) return;
        taken = taken || entry.name == name;
    }
    if (taken) {
        throw TriggerError(fmt::format(
            "register_trigger: the name {} is taken; give a name that no other type of trigger has",
            Value(name).to_json()));
    }
    registry.types.push_back({std::move(name), type, reader});
}

void throw_unregistered_trigger(const char* type_name) {
    throw SerializationError(
        fmt::format("the trigger type {} has no stored form; give it a codec and a name with "
                    "register_trigger, or keep the job in a memory store",
                    type_name));
}

}  // namespace detail

Trigger Trigger::from_value(const Value& value) {
    detail::OptionReader options(value, "trigger");
    const Value& type = options.require("type");
    if (!type.is_text()) options.fail("type", type, "text such as \"cron\" is needed");
    const std::string& name = type.as_text();
    if (const detail::TriggerReader read = detail::find_built_in(name)) return Trigger(read(value));
    if (const detail::TriggerReader read = detail::find_registered(name)) {
        return detail::read_registered(name, read, value);
    }
    detail::throw_unknown_type(name);
}

}  // namespace punctual
