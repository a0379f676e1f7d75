#include "job_trigger.hpp"

#include <punctual/errors.hpp>

#include <fmt/format.h>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "triggers/options.hpp"

namespace punctual::program {

namespace {

constexpr std::array<std::string_view, 7> kinds = {
    "crontab", "cron", "interval", "date", "calendar_interval", "on_demand", "trigger"};

/// The only one of `kinds` that the job has; empty, and noted, if it has none or several.
std::string_view find_kind(TableReader& job) {
    std::vector<std::string_view> given;
    for (const std::string_view kind : kinds) {
        if (job.find(kind) != nullptr) given.push_back(kind);
    }
    if (given.size() == 1) return given.front();
    job.mistakes().add(job.path(),
                       given.empty()
                           ? fmt::format(" has no trigger; give one of {}", fmt::join(kinds, ", "))
                           : fmt::format(" has {} triggers, {}; give one of them", given.size(),
                                         fmt::join(given, " and ")));
    return {};
}

/// The JSON form of a trigger whose kind is a key of the job.
std::optional<Value> stored_form(TableReader& job, std::string_view kind) {
    const Value& written = *job.find(kind);
    Value form = Value::object({{"type", kind}});
    if (kind == "crontab" || kind == "date") {
        const auto text = job.text(kind);
        if (!text) return std::nullopt;
        form.set(kind == "date" ? "run_date" : "expression", *text);
        return form;
    }
    if (kind == "on_demand") {
        const auto wanted = job.flag(kind);
        if (wanted && !*wanted) job.note(kind, "only true is of use; leave it out otherwise");
        return wanted && *wanted ? std::optional(form) : std::nullopt;
    }
    if (kind == "interval" && !written.is_object()) {
        const auto length = job.duration(kind, 1us);
        if (!length) return std::nullopt;
        form.set("seconds", detail::seconds_value(*length));
        return form;
    }
    if (!written.is_object()) {
        job.note(kind, written, "a table of options is needed");
        return std::nullopt;
    }
    if (kind == "trigger") return written;
    for (const auto& [key, value] : written.as_object()) form.set(key, value);
    return form;
}

/// The options that stand beside a trigger, whatever its kind.
Value options_beside(TableReader& job) {
    Value options = Value::object();
    for (const char* key : {"start_date", "end_date", "dst"}) {
        if (const Value* value = job.find(key)) options.set(key, *value);
    }
    if (const auto jitter = job.duration("jitter", 0us)) {
        options.set("jitter", detail::seconds_value(*jitter));
    }
    return options;
}

void add_options(TableReader& job, std::string_view kind, const Value& options, Value& form) {
    for (const auto& [key, value] : options.as_object()) {
        if (form.find(key) != nullptr) {
            job.note(key, fmt::format("it stands in {} too; give it once", kind));
        }
        form.set(key, value);
    }
}

/// Messages of triggers begin with their type, and name the option at fault next: the mistake is
/// noted at that option, where the table has it.
void note_trigger_error(TableReader& job, std::string_view kind, const std::string& message) {
    std::string_view rest = message;
    if (rest.starts_with(std::string(kind) + ": ")) rest.remove_prefix(kind.size() + 2);
    const std::string_view option = rest.substr(0, rest.find_first_of(" :"));
    const Value* written = job.find(kind);
    if (written->is_object() && written->find(option) != nullptr) {
        TableReader options(*written, job.path_of(kind), job.mistakes());
        job.mistakes().add(options.path_of(option), rest.substr(option.size()));
    } else if (kind != "trigger" && job.find(option) != nullptr) {
        job.mistakes().add(job.path_of(option), rest.substr(option.size()));
    } else {
        job.note(kind, rest);
    }
}

bool ever_fires(const Trigger& trigger, TimeZone zone, Instant now) {
    if (trigger.stays()) return true;
    const Trigger resolved = trigger.resolve(now, zone);
    try {
        return resolved.next(now) || resolved.previous(now + 1us);
    } catch (const SearchLimitError&) {
        // It may fire one day; nobody knows.
        return true;
    }
}

/// *Throws* TriggerError. In the zone beside the trigger, if there is one.
std::optional<Trigger> make_trigger(TableReader& job, const Value& form,
                                    std::optional<TimeZone> own_zone, TimeZone zone) {
    const Trigger written = Trigger::from_value(form);
    if (own_zone && written.timezone() && written.timezone() != *own_zone) {
        job.note("timezone", fmt::format("the trigger itself is in {}", written.timezone().name()));
        return std::nullopt;
    }
    return written.resolve(std::nullopt, own_zone.value_or(zone));
}

}  // namespace

std::optional<Trigger> read_trigger(TableReader& job, TimeZone zone, Instant now) {
    const auto own_zone = job.timezone("timezone");
    const Value options = options_beside(job);
    const std::string_view kind = find_kind(job);
    if (kind.empty()) return std::nullopt;
    std::optional<Value> form = stored_form(job, kind);
    if (!form) return std::nullopt;
    add_options(job, kind, options, *form);
    try {
        auto trigger = make_trigger(job, *form, own_zone, zone);
        if (!trigger || ever_fires(*trigger, zone, now)) return trigger;
        job.note(kind, fmt::format("it never fires: {}", trigger->describe()));
    } catch (const Error& error) {
        note_trigger_error(job, kind, error.what());
    }
    return std::nullopt;
}

}  // namespace punctual::program
