#pragma once
// What both cron syntaxes share: the ranges and names of fields, and the words of their errors.

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace punctual::detail {

inline constexpr std::array<std::string_view, 12> month_names = {
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};
/// Monday first.
inline constexpr std::array<std::string_view, 7> weekday_names = {"mon", "tue", "wed", "thu",
                                                                  "fri", "sat", "sun"};

/// The place of `word` in `names`, in any case.
[[nodiscard]] std::optional<std::int32_t> find_name(std::span<const std::string_view> names,
                                                    std::string_view word);

/// The bits `first`, first + step … up to `last`, which is 63 at most.
[[nodiscard]] constexpr std::uint64_t bits_between(std::int32_t first, std::int32_t last,
                                                   std::int32_t step = 1) {
    if (step == 1) return ((std::uint64_t{2} << last) - 1) & (~std::uint64_t{0} << first);
    std::uint64_t bits = 0;
    for (std::int32_t value = first; value <= last; value += step) {
        bits |= std::uint64_t{1} << value;
    }
    return bits;
}

/// A field as it is written, for messages.
struct CronFieldText {
    std::string_view syntax;  ///< "cron" or "crontab".
    std::string_view field;
    std::string_view text;

    // Each *throws* TriggerError: `cron: minute is "60"; 60 is out of range: 0 to 59 is allowed`.
    [[noreturn]] void fail(const std::string& reason) const;
    [[noreturn]] void fail_range(std::int64_t value, std::int32_t first, std::int32_t last) const;
    [[noreturn]] void fail_order(std::string_view item) const;
};

}  // namespace punctual::detail
