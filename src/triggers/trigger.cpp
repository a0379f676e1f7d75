#include <punctual/trigger.hpp>

#include <fmt/format.h>

#include <algorithm>

#include "triggers/jitter.hpp"

namespace punctual {

namespace detail {

std::int64_t TriggerImplementation::count(Instant first, Instant last) const {
    std::int64_t found = 0;
    if (first == Instant::min()) first += std::chrono::microseconds(1);
    auto instant = next(first - std::chrono::microseconds(1));
    for (; instant && *instant <= last; instant = next(*instant)) ++found;
    return found;
}

std::shared_ptr<const TriggerImplementation> TriggerImplementation::resolve(std::optional<Instant>,
                                                                            TimeZone) const {
    return nullptr;
}

std::string TriggerImplementation::explain(Instant) const {
    return {};
}

std::vector<DaylightSavingNote> TriggerImplementation::daylight_saving(Instant, Instant) const {
    return {};
}

}  // namespace detail

Trigger Trigger::resolve(std::optional<Instant> anchor, TimeZone zone) const {
    auto resolved = implementation_->resolve(anchor, zone);
    return resolved ? Trigger(std::move(resolved)) : *this;
}

Instant Trigger::due(std::string_view job_id, Instant nominal) const {
    const Duration jitter = implementation_->jitter();
    if (jitter.count() == 0) return nominal;
    Instant latest = implementation_->end();
    if (const auto following = next(nominal)) {
        latest = std::min(latest, *following - std::chrono::microseconds(1));
    }
    if (latest <= nominal) return nominal;
    const bool jitter_fits = Instant::max() - jitter >= nominal;
    if (jitter_fits) latest = std::min(latest, nominal + jitter);
    return nominal + detail::jitter_delay(job_id, nominal, Duration(latest - nominal));
}

std::string Trigger::describe() const {
    std::string text = implementation_->describe();
    const Duration jitter = implementation_->jitter();
    if (jitter.count() == 0) return text;
    return fmt::format("{}, delayed by up to {}", text, format_duration(jitter));
}

bool operator==(const Trigger& a, const Trigger& b) {
    if (a.implementation_ == b.implementation_) return true;
    try {
        return a.to_value() == b.to_value();
    } catch (const SerializationError&) {
        // What has no stored form is equal to itself only.
        return false;
    }
}

}  // namespace punctual
