#include <punctual/chain.hpp>

#include <punctual/errors.hpp>

#include <string>

namespace punctual {

std::string_view to_string(ThenOn on) {
    switch (on) {
        case ThenOn::success:
            return "success";
        case ThenOn::failure:
            return "failure";
        case ThenOn::always:
            break;
    }
    return "always";
}

ThenOn then_on_from(std::string_view text) {
    for (const ThenOn on : {ThenOn::success, ThenOn::failure, ThenOn::always}) {
        if (to_string(on) == text) return on;
    }
    throw ValueError("\"" + std::string(text) +
                     "\" is no outcome to go on after; it can be success, failure or always");
}

bool FollowUp::applies(RunState outcome) const {
    switch (outcome) {
        case RunState::succeeded:
            return on != ThenOn::failure;
        case RunState::failed:
        case RunState::lost:
            return on != ThenOn::success;
        case RunState::cancelled:
            return on == ThenOn::always;
        default:
            return false;
    }
}

ThenOn Codec<ThenOn>::decode(const Value& value) {
    const std::string& text = value.as_text();
    try {
        return then_on_from(text);
    } catch (const ValueError& error) {
        throw SerializationError(error.what());
    }
}

}  // namespace punctual
