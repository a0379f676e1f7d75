#include <punctual/triggers/crontab.hpp>

#include <string>

#include "triggers/cron_json.hpp"
#include "triggers/cron_trigger.hpp"
#include "triggers/crontab_syntax.hpp"
#include "triggers/options.hpp"

namespace punctual {

namespace detail {

namespace {

constexpr std::string_view reboot = "@reboot";

class CrontabTrigger final : public CronTrigger {
public:
    CrontabTrigger(std::string_view expression, const CronLimits& limits)
        : CronTrigger("crontab", parse_crontab(expression), limits), expression_(expression) {}
    CrontabTrigger(const CrontabTrigger& other, const CronLimits& limits)
        : CronTrigger("crontab", other.schedule().fields(), limits),
          expression_(other.expression_) {}

    [[nodiscard]] bool is_reboot() const { return expression_ == reboot; }
    // It waits for the next start.
    [[nodiscard]] bool stays() const override { return is_reboot(); }

    [[nodiscard]] std::string describe() const override {
        return is_reboot() ? "at each start of the scheduler" : CronTrigger::describe();
    }

private:
    [[nodiscard]] Value fields_value() const override {
        return Value::object({{"type", "crontab"}, {"expression", expression_}});
    }

    [[nodiscard]] std::shared_ptr<const TriggerImplementation> with_zone(
        TimeZone zone) const override {
        CronLimits changed = limits();
        changed.timezone = zone;
        return std::make_shared<const CrontabTrigger>(*this, changed);
    }

    std::string expression_;
};

}  // namespace

std::shared_ptr<const TriggerImplementation> read_crontab(const Value& value) {
    OptionReader reader(value, "crontab");
    static_cast<void>(reader.require("expression"));
    const std::string expression = reader.text("expression");
    const CronLimits limits = read_cron_limits(reader);
    reader.finish();
    return std::make_shared<const CrontabTrigger>(expression, limits);
}

}  // namespace detail

Trigger crontab(std::string_view expression, const CrontabOptions& options) {
    return Trigger(std::make_shared<const detail::CrontabTrigger>(
        expression, detail::CronLimits{options.start_date, options.end_date, options.timezone,
                                       options.jitter, options.dst}));
}

bool is_reboot(const Trigger& trigger) {
    const auto* written =
        dynamic_cast<const detail::CrontabTrigger*>(trigger.implementation().get());
    return written != nullptr && written->is_reboot();
}

}  // namespace punctual
