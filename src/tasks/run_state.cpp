#include <punctual/run.hpp>

#include <array>
#include <string>
#include <utility>

namespace punctual {
namespace {

constexpr std::array<std::string_view, 8> names{"claimed", "started", "succeeded", "failed",
                                                "missed",  "skipped", "cancelled", "lost"};

}  // namespace

std::string_view to_string(RunState state) {
    return names.at(static_cast<std::size_t>(state));
}

RunState run_state_from(std::string_view text) {
    std::string allowed;
    for (std::size_t i = 0; i < names.size(); ++i) {
        if (names[i] == text) return static_cast<RunState>(i);
        allowed += (i == 0 ? "" : ", ") + std::string(names[i]);
    }
    throw ValueError("unknown run state \"" + std::string(text) + "\": one of " + allowed);
}

RunState Codec<RunState>::decode(const Value& value) {
    try {
        return run_state_from(value.as_text());
    } catch (const SerializationError&) {
        throw;
    } catch (const ValueError& error) {
        throw SerializationError(error.what());
    }
}

}  // namespace punctual
