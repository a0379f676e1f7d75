// What a pool of processes reads from a worker, where a job may have written anything: reading
// ends, whatever pieces it comes in and however often it goes on behind what is no message, and a
// message that was read is the same when it is written and read again.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <variant>

#include "../unit/executors/message_feed.hpp"

using namespace punctual::detail;

namespace {

void check_written(const WorkerMessage& message) {
    std::string bytes;
    std::visit([&](const auto& known) { append_message(bytes, known); }, message);
    MessageReader reader;
    feed(reader, bytes);
    if (reader.next() != message) std::abort();
}

// False once there is nothing more to read.
bool read_one(MessageReader& reader) {
    try {
        const auto message = reader.next();
        if (message) check_written(*message);
        return message.has_value();
    } catch (const ProtocolError&) {
        return true;
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view bytes(reinterpret_cast<const char*>(data), size);
    MessageReader reader;
    while (!bytes.empty()) {
        // The first byte of each piece says how long it is.
        const std::size_t length = 1 + static_cast<unsigned char>(bytes.front());
        feed(reader, bytes.substr(1, length));
        bytes.remove_prefix(std::min(bytes.size(), 1 + length));
        while (read_one(reader)) continue;
    }
    return 0;
}
