#include "config/job_default_settings.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace punctual::detail {
namespace {

/// A field that is stored by a name, from that name. `needed` says which there are.
template <class T>
void read_name(SettingsReader& table, std::string_view key, const char* needed, T& field) {
    const Value* value = table.find(key);
    if (value == nullptr) return;
    try {
        field = decode<T>(*value);
    } catch (const Error&) {
        table.fail(key, *value, needed);
    }
}

// "failed, lost" in flat settings, a list elsewhere.
std::vector<Value> items_of(const Value& value) {
    if (value.is_array()) return value.as_array();
    std::vector<Value> items;
    std::string item;
    for (const char c : value.is_text() ? value.as_text() + ',' : std::string(",")) {
        if (c == ',') {
            items.emplace_back(std::exchange(item, {}));
        } else if (c != ' ') {
            item += c;
        }
    }
    return items;
}

void read_outcomes(SettingsReader& table, RunOutcomes& outcomes) {
    const Value* value = table.find("on");
    if (value == nullptr) return;
    try {
        outcomes = decode<RunOutcomes>(Value(items_of(*value)));
    } catch (const Error&) {
        table.fail("on", *value, "a list of \"failed\", \"cancelled\" and \"lost\"");
    }
}

void read_share(SettingsReader& table, std::string_view key, double& field) {
    const Value* value = table.find(key);
    if (value == nullptr) return;
    double share = -1;
    if (value->is_number()) {
        share = value->as_number();
    } else if (value->is_text()) {
        char* end = nullptr;
        share = std::strtod(value->as_text().c_str(), &end);
        if (value->as_text().empty() || *end != 0) share = -1;
    }
    if (!(share >= 0 && share <= 1)) table.fail(key, *value, "a number from 0 to 1");
    field = share;
}

void read_retry(SettingsReader& settings, Retry& retry) {
    auto table = settings.find_table("retry");
    if (!table) return;
    table->read_whole("max_attempts", retry.max_attempts, 1);
    table->read_duration("delay", retry.delay);
    read_name(*table, "backoff", "\"fixed\" or \"exponential\"", retry.backoff);
    table->read_duration("max_delay", retry.max_delay);
    read_share(*table, "jitter", retry.jitter);
    read_outcomes(*table, retry.on);
    table->finish();
    try {
        check_retry(retry);
    } catch (const ValueError& error) {
        throw SettingsError(table->path(), settings.path() + "." + error.what());
    }
}

}  // namespace

void read_job_defaults(SettingsReader& table, JobDefaults& defaults) {
    table.read_boolean("coalesce", defaults.coalesce);
    table.read_whole("max_instances", defaults.max_instances, 1);
    // APScheduler's None: no limit.
    const Value* grace = table.find("misfire_grace_time");
    if (grace != nullptr && grace->is_null()) {
        defaults.misfire_grace_time = unlimited;
    } else {
        table.read_duration("misfire_grace_time", defaults.misfire_grace_time);
    }
    table.read_whole("max_catch_up", defaults.max_catch_up, 1);
    table.read_on_lost("on_lost", defaults.on_lost);
    table.read_duration("timeout", defaults.timeout);
    read_retry(table, defaults.retry);
    read_name(table, "at_max_instances", "\"skip\", \"queue\" or \"replace\"",
              defaults.at_max_instances);
    table.read_whole("max_queued", defaults.max_queued, 1);
    table.read_boolean("keep_result", defaults.keep_result);
    table.finish();
}

}  // namespace punctual::detail
