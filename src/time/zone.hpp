#pragma once
// A zone of the tz database as a table of spans of constant offset, for the arithmetic of triggers.
// All values are whole seconds: UTC seconds since the epoch, or wall seconds (what the zone's clock
// shows, counted as if it were UTC).

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace punctual::detail {

/// A stretch of time in which the zone's clocks keep one distance from UTC.
struct ZoneSpan {
    std::int64_t begin;          ///< First UTC second (INT64_MIN if there is none before).
    std::int64_t end;            ///< First UTC second after it (INT64_MAX if there is none after).
    std::int32_t offset;         ///< Wall = UTC + offset.
    std::int32_t offset_before;  ///< The offset of the span before; 0 for the first one.
};

/// A change of the clocks.
struct ZoneTransition {
    std::int64_t at;      ///< The first UTC second with the new offset.
    std::int32_t before;  ///< Offset until then.
    std::int32_t after;   ///< Offset from then on.
};

/// Which UTC seconds a wall second means.
struct WallMapping {
    enum class Kind : std::uint8_t { unique, gap, fold };
    Kind kind;
    std::int64_t first;   ///< unique: the instant; fold: the first; gap: moved forward by the gap.
    std::int64_t second;  ///< fold: the second; otherwise as first.
    std::int64_t transition;  ///< gap, fold: the instant at which the clocks change.
};

/// No zone is farther from UTC than this, in seconds.
inline constexpr std::int64_t largest_offset = 26 * 3600;

/// *Thread safety*: safe; zones are immutable, but for a hint of the span asked for last.
class Zone {
public:
    /// The zone, loaded once and kept for the life of the program. *Throws* TimeZoneError.
    static const Zone& load(std::string_view name);
    static const Zone& utc();

    Zone(const Zone&) = delete;
    Zone& operator=(const Zone&) = delete;

    [[nodiscard]] const std::string& name() const { return name_; }
    /// The span that holds `utc`: valid for any second from year -9999 to 9999, without limit past
    /// the table's end (rules repeat every 400 years). Constant time for neighbouring questions.
    [[nodiscard]] ZoneSpan span_at(std::int64_t utc) const {
        const ZoneSpan& span = spans_[hint_.load(std::memory_order_relaxed)];
        if (span.begin <= utc && utc < span.end) [[likely]] {
            return span;
        }
        return find_span(utc);
    }
    [[nodiscard]] WallMapping at_wall(std::int64_t wall) const;
    /// The first change of offset later than `utc`.
    [[nodiscard]] std::optional<ZoneTransition> next_transition(std::int64_t utc) const;
    /// The last change of offset at or before `utc`.
    [[nodiscard]] std::optional<ZoneTransition> transition_at_or_before(std::int64_t utc) const;

private:
    struct Table {
        std::vector<ZoneSpan> spans;
        std::int64_t repeats_from;
    };
    friend struct ZoneLoader;

    Zone(std::string name, Table table);
    [[nodiscard]] ZoneSpan find_span(std::int64_t utc) const;

    std::string name_;
    std::vector<ZoneSpan> spans_;
    std::int64_t repeats_from_;  // from here on as 400 years before; INT64_MAX: never
    mutable std::atomic<std::size_t> hint_;
};

}  // namespace punctual::detail
