#include <punctual/triggers/on_demand.hpp>

#include "triggers/options.hpp"
#include "triggers/readers.hpp"

namespace punctual {

namespace detail {

namespace {

class OnDemandTrigger final : public TriggerImplementation {
public:
    [[nodiscard]] std::optional<Instant> next(Instant) const override { return std::nullopt; }
    [[nodiscard]] std::optional<Instant> previous(Instant) const override { return std::nullopt; }
    [[nodiscard]] std::int64_t count(Instant, Instant) const override { return 0; }
    [[nodiscard]] Value to_value() const override { return Value::object({{"type", "on_demand"}}); }
    [[nodiscard]] std::string describe() const override { return "on demand"; }
    [[nodiscard]] bool stays() const override { return true; }
};

}  // namespace

std::shared_ptr<const TriggerImplementation> read_on_demand(const Value& value) {
    OptionReader(value, "on_demand").finish();
    return on_demand().implementation();
}

}  // namespace detail

Trigger on_demand() {
    static const auto implementation = std::make_shared<const detail::OnDemandTrigger>();
    return Trigger(implementation);
}

}  // namespace punctual
