#pragma once
// What the tests of triggers share.

#include <punctual/trigger.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace punctual::testing {

using Texts = std::vector<std::string>;

/// The first `count` instants from `from` on, `from` included.
inline Texts instants_from(const Trigger& trigger, const std::string& from, int count) {
    Texts texts;
    auto instant = trigger.next(parse_instant(from) - 1us);
    for (; instant && count > 0; --count, instant = trigger.next(*instant)) {
        texts.push_back(format_instant(*instant));
    }
    return texts;
}

/// The last `count` instants before `before`, the latest first.
inline Texts instants_before(const Trigger& trigger, const std::string& before, int count) {
    Texts texts;
    auto instant = trigger.previous(parse_instant(before));
    for (; instant && count > 0; --count, instant = trigger.previous(*instant)) {
        texts.push_back(format_instant(*instant));
    }
    return texts;
}

inline Trigger from_json(const std::string& json) {
    return Trigger::from_value(Value::from_json(json));
}

/// The message of the `Expected` that `action` throws.
template <class Expected>
std::string message_of(auto action) {
    try {
        action();
    } catch (const Expected& error) {
        return error.what();
    }
    return "no error";
}

/// The message that `from_json` gives.
inline std::string json_error(const std::string& json) {
    return message_of<TriggerError>([&] { (void)from_json(json); });
}

/// A trigger of any instants, in microseconds since the epoch: the model to compare with.
class FixedInstants {
public:
    explicit FixedInstants(std::vector<std::int64_t> instants) : instants_(std::move(instants)) {
        std::sort(instants_.begin(), instants_.end());
        instants_.erase(std::unique(instants_.begin(), instants_.end()), instants_.end());
    }
    [[nodiscard]] std::optional<Instant> next(Instant after) const {
        const auto found =
            std::upper_bound(instants_.begin(), instants_.end(), after.time_since_epoch().count());
        if (found == instants_.end()) return std::nullopt;
        return Instant(std::chrono::microseconds(*found));
    }
    [[nodiscard]] std::optional<Instant> previous(Instant before) const {
        const auto found =
            std::lower_bound(instants_.begin(), instants_.end(), before.time_since_epoch().count());
        if (found == instants_.begin()) return std::nullopt;
        return Instant(std::chrono::microseconds(*std::prev(found)));
    }
    [[nodiscard]] const std::vector<std::int64_t>& instants() const { return instants_; }

private:
    std::vector<std::int64_t> instants_;
};

}  // namespace punctual::testing
