#include <punctual/triggers/cron.hpp>

#include <array>
#include <string>
#include <utility>

#include "triggers/cron_json.hpp"
#include "triggers/cron_syntax.hpp"
#include "triggers/cron_trigger.hpp"
#include "triggers/options.hpp"

namespace punctual {

namespace detail {

namespace {

using KeywordFields = std::array<CronField, cron_keywords.size()>;

CronLimits limits_of(const CronOptions& options) {
    return {options.start_date, options.end_date, options.timezone, options.jitter, options.dst};
}

class KeywordCronTrigger final : public CronTrigger {
public:
    explicit KeywordCronTrigger(const CronOptions& options)
        : CronTrigger("cron", parse_cron(options), limits_of(options)) {
        for (std::size_t index = 0; index < written_.size(); ++index) {
            written_[index] = options.*cron_keywords[index].field;
        }
    }
    KeywordCronTrigger(const KeywordCronTrigger& other, const CronLimits& limits)
        : CronTrigger("cron", other.schedule().fields(), limits), written_(other.written_) {}

private:
    [[nodiscard]] Value fields_value() const override {
        Value value = Value::object({{"type", "cron"}});
        for (std::size_t index = 0; index < written_.size(); ++index) {
            const CronField& field = written_[index];
            if (!field) continue;
            value.set(cron_keywords[index].name,
                      field.is_number() ? Value(std::stoll(field.text())) : Value(field.text()));
        }
        return value;
    }

    [[nodiscard]] std::shared_ptr<const TriggerImplementation> with_zone(
        TimeZone zone) const override {
        CronLimits changed = limits();
        changed.timezone = zone;
        return std::make_shared<const KeywordCronTrigger>(*this, changed);
    }

    KeywordFields written_;
};

}  // namespace

std::shared_ptr<const TriggerImplementation> read_cron(const Value& value) {
    OptionReader reader(value, "cron");
    CronOptions options;
    for (const auto& [name, field] : cron_keywords) {
        const Value* given = reader.find(name);
        if (given == nullptr) continue;
        if (given->is_text()) {
            options.*field = given->as_text();
        } else if (given->is_integer()) {
            options.*field = given->as_integer();
        } else {
            reader.fail(name, *given, "a whole number or text is needed");
        }
    }
    const CronLimits limits = read_cron_limits(reader);
    reader.finish();
    options.start_date = limits.start_date;
    options.end_date = limits.end_date;
    options.timezone = limits.timezone;
    options.jitter = limits.jitter;
    options.dst = limits.dst;
    return std::make_shared<const KeywordCronTrigger>(options);
}

}  // namespace detail

Trigger cron(const CronOptions& options) {
    return Trigger(std::make_shared<const detail::KeywordCronTrigger>(options));
}

}  // namespace punctual
