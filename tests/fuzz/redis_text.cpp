// What a Redis store reads: URLs from people, and runs and records from the server, which may be
// damaged. Whatever stands there, reading ends, and throws nothing but what it says.

#include <punctual/errors.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "stores/redis/location.hpp"
#include "stores/redis/run_text.hpp"

using namespace punctual;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    try {
        static_cast<void>(detail::parse_redis_url(text).describe());
    } catch (const ConfigurationError&) {
        // It is no URL.
    }
    static_cast<void>(detail::read_run(7, text));
    try {
        static_cast<void>(detail::write_record(detail::read_record(text)));
    } catch (const ValueError&) {
        // It names no outcome.
    }
    return 0;
}
