#pragma once
// A trigger is a set of instants, asked two questions: which comes next, and which came before.
//
//     Trigger nightly = crontab("30 2 * * *", {.timezone = "Europe/Berlin"});
//     std::optional<Instant> first = nightly.next(parse_instant("2025-03-29T00:00:00Z"));
//     nightly.describe();                                   // "at 02:30, every day, Europe/Berlin"
//
// The kinds of triggers are in `punctual/triggers/`. Any type of yours with `next` and `previous`
// is one too:
//
//     struct FullMoon {
//         std::optional<Instant> next(Instant after) const;
//         std::optional<Instant> previous(Instant before) const;
//     };

#include <punctual/time.hpp>
#include <punctual/value.hpp>

#include <concepts>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <typeindex>
#include <utility>
#include <vector>

namespace punctual {

/// What a type needs to be a trigger: pure functions, the same answer from whichever instant they
/// are asked. `next(after)` is the smallest instant later than `after`, `previous(before)` the
/// largest earlier than `before`; nothing where the set ends.
template <class T>
concept TriggerModel = requires(const T& model, Instant instant) {
    { model.next(instant) } -> std::same_as<std::optional<Instant>>;
    { model.previous(instant) } -> std::same_as<std::optional<Instant>>;
};

/// What daylight saving time does to a trigger at one change of the clocks.
struct DaylightSavingNote {
    /// The instant at which the clocks change.
    Instant at;
    /// "the clock goes forward; 02:30 does not exist, runs at 03:00".
    std::string text;
};

namespace detail {

/// What a trigger is inside a `Trigger`. Implementations are immutable and shared between threads.
class TriggerImplementation {
public:
    virtual ~TriggerImplementation() = default;
    [[nodiscard]] virtual std::optional<Instant> next(Instant after) const = 0;
    [[nodiscard]] virtual std::optional<Instant> previous(Instant before) const = 0;
    /// How many instants lie in [first, last]. The default walks them; override where arithmetic
    /// does.
    [[nodiscard]] virtual std::int64_t count(Instant first, Instant last) const;
    /// As written, with its `type`; *throws* SerializationError if the type cannot be stored.
    [[nodiscard]] virtual Value to_value() const = 0;
    [[nodiscard]] virtual std::string describe() const = 0;
    /// With what was left open filled in: a missing start from `anchor` (the time of adding), a
    /// missing zone from `zone`. Without an anchor a missing start stays open, so does a missing
    /// zone for `TimeZone{}`. Null where nothing changes.
    [[nodiscard]] virtual std::shared_ptr<const TriggerImplementation> resolve(
        std::optional<Instant> anchor, TimeZone zone) const;
    /// The zone as written or filled in; none for `TimeZone{}` and where several differ.
    [[nodiscard]] virtual TimeZone timezone() const { return {}; }
    [[nodiscard]] virtual Duration jitter() const { return {}; }
    /// No run is delayed past this instant.
    [[nodiscard]] virtual Instant end() const { return Instant::max(); }
    /// Why the policy moved or chose this instant; empty for an ordinary one.
    [[nodiscard]] virtual std::string explain(Instant instant) const;
    /// Why this process cannot work it out (a stored trigger of an unknown type); empty if it can.
    [[nodiscard]] virtual std::string fault() const { return {}; }
    /// True if a job stays though no instant is to come: something else than time starts it.
    [[nodiscard]] virtual bool stays() const { return false; }
    [[nodiscard]] virtual std::vector<DaylightSavingNote> daylight_saving(Instant from,
                                                                          Instant until) const;
};

}  // namespace detail

/// An immutable handle to a trigger; copies share it.
/// *Thread safety*: distinct objects safe; shared objects safe to read.
class Trigger {
public:
    /// Text is not a trigger by itself: say `crontab("…")` or `at("…")`.
    Trigger(const char*) = delete;
    template <TriggerModel T>
    requires(!std::same_as<T, Trigger>) Trigger(T model);  // NOLINT(google-explicit-constructor)
    explicit Trigger(std::shared_ptr<const detail::TriggerImplementation> implementation)
        : implementation_(std::move(implementation)) {}

    /// The smallest instant later than `after`, or nothing.
    /// *Throws* TriggerError where the start is open (`resolve` fills it in), SearchLimitError.
    [[nodiscard]] std::optional<Instant> next(Instant after) const {
        return implementation_->next(after);
    }
    /// The largest instant earlier than `before`, or nothing. *Throws* as `next`.
    [[nodiscard]] std::optional<Instant> previous(Instant before) const {
        return implementation_->previous(before);
    }
    /// How many instants lie in [first, last].
    [[nodiscard]] std::int64_t count(Instant first, Instant last) const {
        return implementation_->count(first, last);
    }
    /// This trigger with what was left open filled in, as happens when a job is added: a missing
    /// start from `anchor` (the time of adding), a missing zone from `zone`. Without an anchor a
    /// missing start stays open. What is written stays: the result compares equal to a trigger
    /// written with that zone.
    [[nodiscard]] Trigger resolve(std::optional<Instant> anchor, TimeZone zone) const;
    /// The zone that the trigger is written in; none (`TimeZone{}`) where it is open or several
    /// differ.
    [[nodiscard]] TimeZone timezone() const { return implementation_->timezone(); }

    /// The most by which a run may be delayed; 0 without jitter.
    [[nodiscard]] Duration jitter() const { return implementation_->jitter(); }
    /// When the run for `nominal` is due: `nominal` plus its share of the jitter, a hash of both
    /// arguments, short of the next instant and of the end. The same in every process.
    [[nodiscard]] Instant due(std::string_view job_id, Instant nominal) const;

    /// "at 02:30, Monday to Friday, Europe/Berlin".
    [[nodiscard]] std::string describe() const;
    /// Why the daylight saving policy moved or chose this instant; empty for an ordinary one.
    [[nodiscard]] std::string explain(Instant instant) const {
        return implementation_->explain(instant);
    }
    /// What daylight saving time does to this trigger at each change of the clocks in [from,
    /// until).
    [[nodiscard]] std::vector<DaylightSavingNote> daylight_saving(Instant from,
                                                                  Instant until) const {
        return implementation_->daylight_saving(from, until);
    }

    /// The stored form, as written: `{"type":"crontab","expression":"30 2 * * *"}`.
    /// *Throws* SerializationError for a user-defined type that is not registered.
    [[nodiscard]] Value to_value() const { return implementation_->to_value(); }
    /// *Throws* TriggerError that names the key, the value and what would be right.
    [[nodiscard]] static Trigger from_value(const Value& value);

    /// Why this process cannot work it out: it was stored with a type that is not registered here,
    /// or by a newer version. Empty if it can. A trigger at fault names no instants and keeps what
    /// is stored.
    [[nodiscard]] std::string fault() const { return implementation_->fault(); }

    /// True if a job with it stays though no instant is to come: something else than time starts it
    /// (`on_demand()`, `@reboot`).
    [[nodiscard]] bool stays() const { return implementation_->stays(); }

    /// True if both are written alike; a trigger without a stored form equals its copies only.
    friend bool operator==(const Trigger& a, const Trigger& b);

    [[nodiscard]] const std::shared_ptr<const detail::TriggerImplementation>& implementation()
        const {
        return implementation_;
    }

private:
    std::shared_ptr<const detail::TriggerImplementation> implementation_;
};

/// Every instant that both name (within a second, see `all_of`).
[[nodiscard]] Trigger operator&&(Trigger a, Trigger b);
/// Every instant that either names.
[[nodiscard]] Trigger operator||(Trigger a, Trigger b);

namespace detail {

using TriggerReader = std::shared_ptr<const TriggerImplementation> (*)(const Value&);
/// The name that `register_trigger` gave to a type; empty if none.
[[nodiscard]] std::string registered_trigger_name(std::type_index type);
void register_trigger_type(std::string name, std::type_index type, TriggerReader reader);
[[noreturn]] void throw_unregistered_trigger(const char* type_name);

template <class T>
class UserTrigger final : public TriggerImplementation {
public:
    explicit UserTrigger(T model) : model_(std::move(model)) {}
    [[nodiscard]] std::optional<Instant> next(Instant after) const override {
        return model_.next(after);
    }
    [[nodiscard]] std::optional<Instant> previous(Instant before) const override {
        return model_.previous(before);
    }
    [[nodiscard]] Value to_value() const override {
        if constexpr (Storable<T>) {
            if (const std::string name = registered_trigger_name(typeid(T)); !name.empty()) {
                Value value = Value::object({{"type", name}});
                for (const auto& [key, field] : encode(model_).as_object()) value.set(key, field);
                return value;
            }
        }
        throw_unregistered_trigger(typeid(T).name());
    }
    [[nodiscard]] std::string describe() const override {
        if constexpr (requires {
                          { model_.describe() } -> std::convertible_to<std::string>;
                      }) {
            return model_.describe();
        } else {
            const std::string name = registered_trigger_name(typeid(T));
            return name.empty() ? "a user-defined trigger" : name;
        }
    }

private:
    T model_;
};

}  // namespace detail

template <TriggerModel T>
requires(!std::same_as<T, Trigger>) Trigger::Trigger(T model)
    : implementation_(std::make_shared<const detail::UserTrigger<T>>(std::move(model))) {}

/// Makes a trigger type of yours storable under `type`, in every process that shares the store. Its
/// fields are stored beside the type, so its codec must give an object (as PUNCTUAL_FIELDS does).
/// *Throws* TriggerError if the name is taken by another type.
/// *Thread safety*: safe; call it before jobs with such triggers are added or loaded.
template <TriggerModel T>
requires Storable<T>
void register_trigger(std::string type) {
    detail::register_trigger_type(
        std::move(type), typeid(T),
        [](const Value& value) -> std::shared_ptr<const detail::TriggerImplementation> {
            return std::make_shared<const detail::UserTrigger<T>>(decode<T>(value));
        });
}

}  // namespace punctual
