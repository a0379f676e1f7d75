#include "triggers/jitter.hpp"

namespace punctual::detail {

namespace {

class Fnv1a {
public:
    void add(std::uint8_t byte) { hash_ = (hash_ ^ byte) * 0x00000100000001b3U; }
    [[nodiscard]] std::uint64_t hash() const { return hash_; }

private:
    std::uint64_t hash_ = 0xcbf29ce484222325U;
};

std::uint64_t splitmix64_finaliser(std::uint64_t bits) {
    bits = (bits ^ (bits >> 30)) * 0xbf58476d1ce4e5b9U;
    bits = (bits ^ (bits >> 27)) * 0x94d049bb133111ebU;
    return bits ^ (bits >> 31);
}

/// The upper half of the 128 bits of a * b, from 32-bit halves: -Wpedantic refuses __int128.
std::uint64_t multiply_high(std::uint64_t a, std::uint64_t b) {
    constexpr std::uint64_t low_half = 0xffffffffU;
    const std::uint64_t a_low = a & low_half;
    const std::uint64_t a_high = a >> 32;
    const std::uint64_t b_low = b & low_half;
    const std::uint64_t b_high = b >> 32;
    const std::uint64_t carry = (a_low * b_low) >> 32;
    const std::uint64_t middle = a_high * b_low + carry;
    const std::uint64_t other_middle = a_low * b_high + (middle & low_half);
    return a_high * b_high + (middle >> 32) + (other_middle >> 32);
}

}  // namespace

std::uint64_t jitter_hash(std::string_view job_id, Instant nominal) {
    Fnv1a fnv;
    for (const char character : job_id) fnv.add(static_cast<std::uint8_t>(character));
    auto microseconds = static_cast<std::uint64_t>(nominal.time_since_epoch().count());
    for (int i = 0; i < 8; ++i, microseconds >>= 8)
        fnv.add(static_cast<std::uint8_t>(microseconds));
    return splitmix64_finaliser(fnv.hash());
}

Duration jitter_delay(std::string_view job_id, Instant nominal, Duration longest) {
    const std::uint64_t values = static_cast<std::uint64_t>(longest.count()) + 1;
    const std::uint64_t delay = multiply_high(jitter_hash(job_id, nominal), values);
    return std::chrono::microseconds(static_cast<std::int64_t>(delay));
}

}  // namespace punctual::detail
