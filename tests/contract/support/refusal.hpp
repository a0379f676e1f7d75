#pragma once
// What a store says when it refuses something.

#include <punctual/config.hpp>
#include <punctual/errors.hpp>
#include <punctual/testing/store_contract/fixture.hpp>

#include <string>

namespace punctual::contract {

/// What `function` throws, as text; "unavailable: " before it where a retry may help.
template <class F>
[[nodiscard]] std::string message_of(F function) {
    try {
        function();
    } catch (const StoreUnavailableError& error) {
        return "unavailable: " + std::string(error.what());
    } catch (const Error& error) {
        return error.what();
    }
    return "it worked";
}

[[nodiscard]] inline std::string refusal_at(const std::string& url,
                                            StoreAccess access = StoreAccess::schedule) {
    return message_of(
        [&] { store(url).make()->open({.access = access, .history = {}, .now = begin}); });
}

}  // namespace punctual::contract
