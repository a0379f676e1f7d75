// Any JSON either is a trigger that keeps the promises of triggers, or is refused with an error of
// Punctual's own.

#include <punctual/trigger.hpp>

#include <cstdlib>

using namespace punctual;

namespace {

void require(bool holds) {
    if (!holds) std::abort();
}

void check_chain(const Trigger& trigger, Instant after) {
    for (int i = 0; i < 3; ++i) {
        const auto next = trigger.next(after);
        if (!next) return;
        require(*next > after);
        require(trigger.previous(*next + 1us) == next);
        require(trigger.due("job", *next) >= *next);
        static_cast<void>(trigger.explain(*next));
        if (*next > Instant::max() - 1h) return;
        after = *next;
    }
}

void check(const Trigger& written) {
    require(Trigger::from_value(Value::from_json(written.to_value().to_json())) == written);
    const Instant anchor = parse_instant("2025-03-30T00:30:00Z");
    const Trigger trigger = written.resolve(anchor, "Europe/Berlin");
    static_cast<void>(trigger.describe());
    static_cast<void>(trigger.daylight_saving(anchor, anchor + 400 * 24h));
    check_chain(trigger, anchor);
    check_chain(trigger, Instant::min());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    try {
        check(Trigger::from_value(
            Value::from_json(std::string_view(reinterpret_cast<const char*>(data), size))));
    } catch (const Error&) {
        // Refused.
    }
    return 0;
}
