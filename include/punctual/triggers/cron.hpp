#pragma once
// When the clock on the wall shows certain times: fields by keyword.
//
//     Trigger office = cron({.day_of_week = "mon-fri", .hour = 9, .timezone = "Europe/Berlin"});
//     Trigger payday = cron({.day = "last fri", .hour = 17, .minute = 30});
//     Trigger often = cron({.second = "*/10"});
//
// A field is a number or text: `*`, `*/a` (every a-th value from the first), `n`, `a-b`, `a-b/c`,
// `a/c` (every c-th from a on), and any of these joined by commas. Months and weekdays have names
// of three letters. The field `day` also takes `1st mon` to `5th sun`, `last fri` and `last`.

#include <punctual/time.hpp>
#include <punctual/trigger.hpp>

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace punctual {

/// A number or text, or not given.
class CronField {
public:
    CronField() = default;
    template <std::integral Number>
    CronField(Number number)  // NOLINT(google-explicit-constructor)
        : kind_(Kind::number), text_(std::to_string(number)) {}
    CronField(bool) = delete;
    CronField(char) = delete;
    CronField(double) = delete;  // whole numbers only
    CronField(std::string text)  // NOLINT(google-explicit-constructor)
        : kind_(Kind::text), text_(std::move(text)) {}
    CronField(std::string_view text) : CronField(std::string(text)) {}  // NOLINT
    CronField(const char* text) : CronField(std::string(text)) {}       // NOLINT

    /// True if it was given.
    [[nodiscard]] explicit operator bool() const { return kind_ != Kind::none; }
    /// True if it was given as a number.
    [[nodiscard]] bool is_number() const { return kind_ == Kind::number; }
    /// As written; a number in digits.
    [[nodiscard]] const std::string& text() const { return text_; }

private:
    enum class Kind : std::uint8_t { none, number, text };
    Kind kind_ = Kind::none;
    std::string text_;
};

/// Options of `cron`. All eight fields must match. A field that is not given is `*` if it is more
/// significant (stands higher in this list) than the least significant one that is given, otherwise
/// its minimum; `week` and `day_of_week` are then `*`.
struct CronOptions {
    CronField year = {};         ///< 1970 to 9999
    CronField month = {};        ///< 1 to 12, jan to dec
    CronField day = {};          ///< 1 to 31, `last`, `last fri`, `2nd mon`
    CronField week = {};         ///< 1 to 53, ISO 8601
    CronField day_of_week = {};  ///< 0 to 6, mon to sun: 0 is Monday
    CronField hour = {};         ///< 0 to 23
    CronField minute = {};       ///< 0 to 59
    CronField second = {};       ///< 0 to 59
    /// No instant is earlier (inclusive).
    When start_date = {};
    /// No instant is later (inclusive).
    When end_date = {};
    /// Whose wall clock it is; none: the scheduler's, and UTC until that is known.
    TimeZone timezone = {};
    /// The most by which a run is delayed.
    Duration jitter = {};
    /// What happens where the clock skips or repeats a time. A schedule of all 24 hours follows
    /// elapsed time whatever this says.
    Dst dst = Dst::once;
};

/// Fires when the clock shows a time that all fields match.
/// *Throws* TriggerError that names the field, its value and what would be right.
[[nodiscard]] Trigger cron(const CronOptions& options);

}  // namespace punctual
