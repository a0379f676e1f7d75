#pragma once
// Bytes from memory, where a reader of messages expects them from a socket.

#include "executors/worker_messages.hpp"

#include <algorithm>
#include <cstddef>
#include <span>
#include <string_view>

namespace punctual::detail {

inline void feed(MessageReader& reader, std::string_view bytes) {
    while (!bytes.empty()) {
        const std::span<char> space = reader.space();
        const std::size_t count = std::min(space.size(), bytes.size());
        std::copy_n(bytes.begin(), count, space.begin());
        reader.filled(count);
        bytes.remove_prefix(count);
    }
}

}  // namespace punctual::detail
