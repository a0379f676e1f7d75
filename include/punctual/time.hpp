#pragma once
// Instants, durations, time zones, and points in time as people write them.
//
//     using namespace punctual;
//     TimeZone berlin("Europe/Berlin");
//     When opening("2025-03-30 09:00");              // wall time, until a zone is known
//     Instant instant = opening.resolve(berlin);     // 2025-03-30T07:00:00Z
//     std::string text = format_instant(instant);    // "2025-03-30T07:00:00Z"

#include <chrono>
#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>

namespace punctual {

using namespace std::chrono_literals;

namespace detail {
class Zone;
}

/// A point in time, UTC, in microseconds since 1970-01-01T00:00:00Z.
using Instant = std::chrono::sys_time<std::chrono::microseconds>;

/// A point on a clock on the wall, without a zone.
using WallTime = std::chrono::local_time<std::chrono::microseconds>;

/// A length of time in microseconds that must be written with its unit: `30s`, `1500ms`, `2h`.
/// A bare number does not compile.
class Duration : public std::chrono::microseconds {
public:
    constexpr Duration() : std::chrono::microseconds(0) {}
    template <class Rep, class Period>
    constexpr Duration(std::chrono::duration<Rep, Period> length)  // NOLINT
        : std::chrono::microseconds(std::chrono::duration_cast<std::chrono::microseconds>(length)) {
    }
    /// Give the unit: 30s, 5min, 2h.
    Duration(std::integral auto) = delete;
    Duration(std::floating_point auto) = delete;

    friend constexpr bool operator==(const Duration& a, const Duration& b) {
        return a.count() == b.count();
    }
};

/// Longer than anything: no limit.
inline constexpr Duration unlimited{std::chrono::microseconds::max()};

/// An optional value that takes exactly its own type: `Opt<int>` refuses 2.7, `Opt<bool>` refuses
/// "no", where `std::optional` would convert both.
template <class T>
class Opt : public std::optional<T> {
public:
    constexpr Opt() = default;
    constexpr Opt(std::nullopt_t) {}  // NOLINT
    template <class U>
    requires(std::same_as<std::remove_cvref_t<U>, T> ||
             (!std::is_arithmetic_v<T> && !std::same_as<std::remove_cvref_t<U>, Opt> &&
              std::convertible_to<U, T>)) constexpr Opt(U&& value)  // NOLINT
        : std::optional<T>(std::in_place, std::forward<U>(value)) {}
};

/// What a schedule of the wall clock does where daylight saving time skips or repeats a time.
enum class Dst : std::uint8_t {
    once,     ///< In a gap: once, at the first instant after it. Twice on the clock: the first one.
    skip,     ///< In a gap: not at all. Twice on the clock: the first one.
    literal,  ///< In a gap: not at all. Twice on the clock: both.
};

/// A zone of the tz database, or no zone (`TimeZone{}`): "the scheduler's".
/// Cheap to copy: zones are loaded once and live as long as the program.
class TimeZone {
public:
    /// No zone: whoever uses it puts in its own default.
    constexpr TimeZone() = default;
    /// *Throws* TimeZoneError if `name` is not an IANA name that the system's tz database has.
    TimeZone(std::string_view name);                                         // NOLINT
    TimeZone(const std::string& name) : TimeZone(std::string_view(name)) {}  // NOLINT
    TimeZone(const char* name) : TimeZone(std::string_view(name)) {}         // NOLINT

    [[nodiscard]] static TimeZone utc();

    /// False for `TimeZone{}`.
    [[nodiscard]] explicit operator bool() const { return zone_ != nullptr; }
    /// The IANA name; empty for `TimeZone{}`.
    [[nodiscard]] const std::string& name() const;
    /// How far the zone's clocks are ahead of UTC at `instant`. *Throws* TimeZoneError for
    /// `TimeZone{}`.
    [[nodiscard]] std::chrono::seconds offset(Instant instant) const;
    /// What the zone's clocks show at `instant`. *Throws* TimeZoneError for `TimeZone{}`.
    [[nodiscard]] WallTime wall_time(Instant instant) const;

    /// The zone's rules, for Punctual's own sources; null for `TimeZone{}`.
    [[nodiscard]] const detail::Zone* rules() const { return zone_; }

    friend bool operator==(TimeZone, TimeZone) = default;

private:
    const detail::Zone* zone_ = nullptr;
};

/// Which of two instants a wall time means that the clock shows twice.
enum class Fold : std::uint8_t { first, second };

/// A point in time as written: an instant, or a wall time whose zone is given later.
/// Text as in `2024-01-02`, `2024-01-02 03:04`, `2024-01-02T03:04:05.25+02:00`, `…Z`.
class When {
public:
    /// Not given.
    constexpr When() = default;
    /// *Throws* TimeFormatError that names the text and what would be right.
    When(std::string_view text);                                     // NOLINT
    When(const std::string& text) : When(std::string_view(text)) {}  // NOLINT
    When(const char* text) : When(std::string_view(text)) {}         // NOLINT
    template <class D>
    constexpr When(std::chrono::sys_time<D> instant)  // NOLINT
        : kind_(Kind::instant),
          ticks_(
              std::chrono::floor<std::chrono::microseconds>(instant.time_since_epoch()).count()) {}
    template <class D>
    constexpr When(std::chrono::local_time<D> wall)  // NOLINT
        : kind_(Kind::wall),
          ticks_(std::chrono::floor<std::chrono::microseconds>(wall.time_since_epoch()).count()) {}
    /// *Throws* TimeFormatError if there is no such date.
    When(std::chrono::year_month_day date);  // NOLINT

    /// False for `When{}`.
    [[nodiscard]] constexpr explicit operator bool() const { return kind_ != Kind::none; }
    /// True if a date was given without a time.
    [[nodiscard]] constexpr bool is_date() const { return kind_ == Kind::date; }
    /// True if the instant is known without a zone.
    [[nodiscard]] constexpr bool is_instant() const { return kind_ == Kind::instant; }
    /// The wall time as written (midnight for a date). *Throws* TimeFormatError for an instant or
    /// `When{}`.
    [[nodiscard]] WallTime wall_time() const;
    /// The instant, with wall times read in `zone` (UTC for `TimeZone{}`): in a gap it moves
    /// forward by the gap; in a fold `fold` decides. *Throws* TimeFormatError for `When{}`.
    [[nodiscard]] Instant resolve(TimeZone zone, Fold fold = Fold::first) const;
    /// As it would be written: a date, a wall time, or an instant with `Z`. Empty for `When{}`.
    [[nodiscard]] std::string to_string() const;

    friend bool operator==(const When&, const When&) = default;

private:
    enum class Kind : std::uint8_t { none, date, wall, instant };
    Kind kind_ = Kind::none;
    std::int64_t ticks_ = 0;  // microseconds since 1970-01-01T00:00, UTC or on the wall
};

/// RFC 3339 in UTC: `2025-03-30T01:00:00Z`, with a fraction only where there is one.
[[nodiscard]] std::string format_instant(Instant instant);
/// In `zone` with its offset: `2025-03-30T03:00:00+02:00`.
[[nodiscard]] std::string format_instant(Instant instant, TimeZone zone);
/// Any text that `When` takes; wall times are read in `zone`. *Throws* TimeFormatError.
[[nodiscard]] Instant parse_instant(std::string_view text, TimeZone zone = TimeZone::utc());
/// "1h 30m", "250ms", "2d": the shortest exact form that people read at sight.
[[nodiscard]] std::string format_duration(Duration length);
/// A number with its unit, or several: "30s", "1.5h", "2d 4h", "500ms". *Throws* TimeFormatError.
[[nodiscard]] Duration parse_duration(std::string_view text);
/// The version of the tz database in use, such as "2024a"; empty where the system does not tell.
[[nodiscard]] std::string tz_database_version();

}  // namespace punctual
