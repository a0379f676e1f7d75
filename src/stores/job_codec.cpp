#include "stores/job_codec.hpp"

#include <fmt/format.h>

namespace punctual::detail {

namespace {

/// A call that cannot be read back; keeps what is stored.
class UnreadableCall final : public Callable {
public:
    UnreadableCall(std::string task, std::string arguments, std::string fault)
        : task_(std::move(task)), arguments_(std::move(arguments)), fault_(std::move(fault)) {}

    Value invoke(RunContext&) const override { throw SerializationError(fault_); }
    [[nodiscard]] const std::string& task() const override { return task_; }
    [[nodiscard]] Value arguments() const override { return arguments_; }
    [[nodiscard]] std::string fault() const override { return fault_; }
    [[nodiscard]] const std::string& stored_arguments() const { return arguments_; }

private:
    std::string task_;
    std::string arguments_;
    std::string fault_;
};

/// A trigger that cannot be read back: the empty set, as stored.
class UnreadableTrigger final : public TriggerImplementation {
public:
    UnreadableTrigger(std::string stored, Value value, std::string fault)
        : stored_(std::move(stored)), value_(std::move(value)), fault_(std::move(fault)) {}

    [[nodiscard]] std::optional<Instant> next(Instant) const override { return std::nullopt; }
    [[nodiscard]] std::optional<Instant> previous(Instant) const override { return std::nullopt; }
    [[nodiscard]] std::int64_t count(Instant, Instant) const override { return 0; }
    [[nodiscard]] Value to_value() const override { return value_; }
    [[nodiscard]] std::string describe() const override { return "unreadable: " + fault_; }
    [[nodiscard]] std::string fault() const override { return fault_; }
    [[nodiscard]] const std::string& stored() const { return stored_; }

private:
    std::string stored_;
    Value value_;
    std::string fault_;
};

Trigger make_unreadable_trigger(std::string_view text, const std::string& reason) {
    Value value = std::string(text);
    try {
        value = Value::from_json(text);
    } catch (const Error&) {
        // Not even JSON: its text is all there is to show.
    }
    return Trigger(std::make_shared<const UnreadableTrigger>(
        std::string(text), std::move(value), "the stored trigger cannot be read: " + reason));
}

Call make_unreadable_call(const StoredDefinitionView& stored, const std::string& fault) {
    return Call(std::make_shared<const UnreadableCall>(std::string(stored.task),
                                                       std::string(stored.arguments), fault));
}

Call read_call(const StoredDefinitionView& stored) {
    try {
        Value arguments = Value::from_json(stored.arguments);
        static_cast<void>(arguments.as_array());
        return call_by_name(std::string(stored.task), std::move(arguments));
    } catch (const Error& error) {
        return make_unreadable_call(
            stored, fmt::format("the stored arguments of task \"{}\" cannot be read: {}",
                                stored.task, error.what()));
    }
}

std::string arguments_text(const JobDefinition& definition) {
    if (definition.call.task().empty()) {
        throw SerializationError(fmt::format(
            "job \"{}\" calls a function without a name, which its store cannot keep: name it, "
            "task(\"name\", function), or put the job into a memory store",
            definition.id));
    }
    const Callable* callable = definition.call.callable().get();
    if (const auto* unreadable = dynamic_cast<const UnreadableCall*>(callable)) {
        return unreadable->stored_arguments();
    }
    return definition.call.arguments().to_json();
}

std::string merge_options(const JobSettings& settings, std::string_view stored_options) {
    Value stored;
    try {
        stored = Value::from_json(stored_options);
    } catch (const Error&) {
        // What was never readable is replaced.
    }
    if (!stored.is_object()) stored = Value::object();
    return encode_settings(settings, std::move(stored)).to_json();
}

template <class T>
void read_option(const Value& stored, std::string_view key, T& option) {
    const Value* value = stored.find(key);
    if (value == nullptr) return;
    try {
        option = decode<T>(*value);
    } catch (const Error& error) {
        throw SerializationError(fmt::format("option \"{}\": {}", key, error.what()));
    }
}

template <class T>
void set_unless_default(Value& stored, const char* key, const T& option, const T& usual) {
    if (option != usual) {
        stored.set(key, encode(option));
    } else if (stored.find(key) != nullptr) {
        stored.set(key, Value());
    }
}

template <class T>
void read_unless_null(const Value& stored, std::string_view key, T& option) {
    std::optional<T> value;
    read_option(stored, key, value);
    if (value) option = std::move(*value);
}

OnLost on_lost_from(const Value& stored) {
    std::string text = "record";
    read_option(stored, "on_lost", text);
    if (text == "record") return OnLost::record;
    if (text == "rerun") return OnLost::rerun;
    throw SerializationError(
        fmt::format("option \"on_lost\" is \"{}\"; it can be \"record\" or \"rerun\"", text));
}

}  // namespace

Value encode_settings(const JobSettings& settings, Value stored) {
    const bool forever = settings.misfire_grace_time == unlimited;
    stored.set("name", settings.name);
    stored.set("executor", settings.executor);
    stored.set("misfire_grace_time",
               forever ? Value() : Value(settings.misfire_grace_time.count()));
    stored.set("max_instances", settings.max_instances);
    stored.set("max_catch_up", settings.max_catch_up);
    stored.set("coalesce", settings.coalesce);
    stored.set("on_lost", settings.on_lost == OnLost::rerun ? "rerun" : "record");
    // What most jobs leave alone is not stored for each of them.
    static const JobSettings defaults;
    set_unless_default(stored, "timeout", settings.timeout, defaults.timeout);
    set_unless_default(stored, "retry", settings.retry, defaults.retry);
    set_unless_default(stored, "at_max_instances", settings.at_max_instances,
                       defaults.at_max_instances);
    set_unless_default(stored, "max_queued", settings.max_queued, defaults.max_queued);
    set_unless_default(stored, "keep_result", settings.keep_result, defaults.keep_result);
    set_unless_default(stored, "priority", settings.priority, defaults.priority);
    set_unless_default(stored, "then", settings.then, defaults.then);
    return stored;
}

JobSettings decode_settings(const Value& stored) {
    static_cast<void>(stored.as_object());
    JobSettings settings;
    std::optional<Duration> grace;
    read_option(stored, "name", settings.name);
    read_option(stored, "executor", settings.executor);
    read_option(stored, "misfire_grace_time", grace);
    read_option(stored, "max_instances", settings.max_instances);
    read_option(stored, "max_catch_up", settings.max_catch_up);
    read_option(stored, "coalesce", settings.coalesce);
    settings.misfire_grace_time = grace.value_or(unlimited);
    settings.on_lost = on_lost_from(stored);
    read_unless_null(stored, "timeout", settings.timeout);
    read_unless_null(stored, "retry", settings.retry);
    read_unless_null(stored, "at_max_instances", settings.at_max_instances);
    read_unless_null(stored, "max_queued", settings.max_queued);
    read_unless_null(stored, "keep_result", settings.keep_result);
    read_unless_null(stored, "priority", settings.priority);
    read_unless_null(stored, "then", settings.then);
    return settings;
}

StoredDefinition JobCodec::encode(const JobDefinition& definition,
                                  std::string_view stored_options) {
    return {.task = definition.call.task(),
            .arguments = arguments_text(definition),
            .trigger = trigger_text(definition.trigger),
            .options = stored_options.empty() ? settings_text(definition.settings)
                                              : merge_options(*definition.settings, stored_options),
            .added_at = definition.added_at};
}

const std::string& JobCodec::trigger_text(const Trigger& trigger) {
    const auto& implementation = trigger.implementation();
    if (implementation == last_trigger_) return last_trigger_text_;
    const auto* unreadable = dynamic_cast<const UnreadableTrigger*>(implementation.get());
    last_trigger_text_ =
        unreadable != nullptr ? unreadable->stored() : trigger.to_value().to_json();
    last_trigger_ = implementation;
    return last_trigger_text_;
}

const std::string& JobCodec::settings_text(const std::shared_ptr<const JobSettings>& settings) {
    if (settings != last_settings_) {
        last_settings_text_ = encode_settings(*settings).to_json();
        last_settings_ = settings;
    }
    return last_settings_text_;
}

std::shared_ptr<const JobDefinition> JobCodec::decode(std::string id,
                                                      const StoredDefinitionView& stored) {
    std::shared_ptr<const JobSettings> settings;
    std::optional<Call> call;
    try {
        settings = read_settings(stored.options);
        call = read_call(stored);
    } catch (const Error& error) {
        settings = std::make_shared<const JobSettings>();
        call = make_unreadable_call(
            stored, fmt::format("the stored options cannot be read: {}", error.what()));
    }
    return std::make_shared<const JobDefinition>(JobDefinition{.id = std::move(id),
                                                               .call = std::move(*call),
                                                               .trigger = read_trigger(stored),
                                                               .added_at = stored.added_at,
                                                               .settings = std::move(settings)});
}

Trigger JobCodec::read_trigger(const StoredDefinitionView& stored) {
    try {
        const Trigger* trigger = triggers_.find(stored.trigger);
        if (trigger == nullptr) {
            trigger = &triggers_.keep(std::string(stored.trigger),
                                      Trigger::from_value(Value::from_json(stored.trigger)));
        }
        return trigger->resolve(stored.added_at, TimeZone::utc());
    } catch (const std::exception& error) {
        // A user's own trigger type may throw anything while it reads its fields.
        return make_unreadable_trigger(stored.trigger, error.what());
    }
}

std::shared_ptr<const JobSettings> JobCodec::read_settings(std::string_view text) {
    if (const auto* known = settings_.find(text)) return *known;
    return settings_.keep(std::string(text), std::make_shared<const JobSettings>(
                                                 decode_settings(Value::from_json(text))));
}

std::shared_ptr<const JobDefinition> make_removed_job(std::string id) {
    const std::string fault = "the job was removed while it ran";
    static const auto settings = std::make_shared<const JobSettings>();
    return std::make_shared<const JobDefinition>(JobDefinition{
        .id = std::move(id),
        .call = Call(std::make_shared<const UnreadableCall>("removed", "[]", fault)),
        .trigger = Trigger(std::make_shared<const UnreadableTrigger>("null", Value(), fault)),
        .added_at = {},
        .settings = settings});
}

}  // namespace punctual::detail
