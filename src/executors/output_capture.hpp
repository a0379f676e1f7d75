#pragma once
// What is kept of a command's output: its beginning and its end.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace punctual::detail {

/// Keeps at most `limit` bytes of all that is appended: the first half and the last half, which has
/// how it ended. *Thread safety*: distinct objects safe.
class OutputCapture {
public:
    explicit OutputCapture(std::size_t limit)
        : first_limit_(limit / 2), last_limit_(limit - limit / 2) {}

    void append(std::string_view text);
    /// Both halves, with a line "… 17 bytes left out …" between where something is missing.
    [[nodiscard]] std::string text() const;

private:
    std::size_t first_limit_;
    std::size_t last_limit_;
    std::uint64_t total_ = 0;
    std::string first_;
    // Grows to twice its limit before its older half goes: each byte is moved at most once.
    std::string last_;
};

}  // namespace punctual::detail
