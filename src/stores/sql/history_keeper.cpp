#include "stores/sql/history_keeper.hpp"

#include <algorithm>

namespace punctual::detail {

namespace {

// At most so many records of a job leave at once, where the limit was lowered since.
constexpr std::int64_t largest_step = 1000;
// Of the oldest records, so many are looked at now and then: the very first may be of runs that
// took long, with older ones behind them.
constexpr std::int64_t longest_look = 10'000;
constexpr Duration between_looks = 1min;

}  // namespace

void SqlHistoryKeeper::note_size(std::string_view job_id, std::int64_t size) {
    const std::int64_t surplus = std::min(size - limits_.runs_per_job, largest_step);
    if (surplus <= 0) return;
    std::int64_t& known = surpluses_[std::string(job_id)];
    known = std::max(known, surplus);
}

void SqlHistoryKeeper::change_size(std::string_view job_id, std::int64_t difference) {
    changes_[std::string(job_id)] += difference;
}

std::size_t SqlHistoryKeeper::send_records() {
    const std::size_t answers = table_.send_insert(records_);
    added_ += static_cast<std::int64_t>(records_.size());
    records_.clear();
    return answers;
}

void SqlHistoryKeeper::send_trims(Instant now) {
    if (added_ == 0) return;
    const std::int64_t step = 2 * added_ + 10;
    if (!surpluses_.empty()) {
        table_.send_remove_oldest_of(surpluses_);
        ++trims_;
    }
    std::int64_t surplus = size_ + added_ - limits_.runs;
    for (const auto& [id, count] : surpluses_) surplus -= count;
    if (surplus > 0) {
        table_.send_remove_oldest(std::min(surplus, step));
        ++trims_;
    }
    // An age beyond 1970 is none.
    if (limits_.age < now.time_since_epoch()) {
        const bool is_long = is_time_to_look_through(now);
        table_.send_remove_ended_before(now - limits_.age,
                                        is_long ? std::max(step, longest_look) : step);
        ++trims_;
    }
}

bool SqlHistoryKeeper::is_time_to_look_through(Instant now) {
    const Duration pause = std::min<Duration>(limits_.age / 100, between_looks);
    // The clock may have been set back.
    if (now >= looked_through_ && now - pause < looked_through_) return false;
    looked_through_ = now;
    return true;
}

void SqlHistoryKeeper::receive_trims() {
    for (; trims_ > 0; --trims_) removed_ += table_.receive_losses(changes_);
}

}  // namespace punctual::detail
