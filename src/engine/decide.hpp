#pragma once
// The rules of scheduling: what becomes of a job that is due. Pure arithmetic over the job and
// `now`.

#include <punctual/stores/store.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace punctual::detail {

/// A job that was set aside because this process cannot run it.
struct SetAside {
    std::shared_ptr<const JobDefinition> job;
    std::string reason;
};

/// Decides about due jobs at one instant.
class DueDecider final : public Decider {
public:
    /// Call before each pass.
    void begin(Instant now) {
        now_ = now;
        set_aside_.clear();
        replaced_.clear();
    }
    void decide(const JobRecord& job, Decision& decision) override;
    [[nodiscard]] const std::vector<SetAside>& set_aside() const { return set_aside_; }
    /// The generations of jobs whose runs are to stop in favour of newer ones.
    [[nodiscard]] const std::vector<std::int64_t>& replaced() const { return replaced_; }

private:
    void decide_sound(const JobRecord& job, Decision& decision);
    void decide_scheduled(const JobRecord& job, Decision& decision);
    void make_wait(const JobRecord& job, Decision& decision);
    void put_aside(const JobRecord& job, Decision& decision, std::string reason);

    Instant now_{};
    std::vector<SetAside> set_aside_;
    std::vector<std::int64_t> replaced_;
};

/// The instants that were queued in a job which is removed.
[[nodiscard]] std::vector<NotRun> queued_of_removed(const JobRecord& job);

/// The instants of a pause that ended at `now`, or nothing.
[[nodiscard]] std::optional<NotRun> instants_of_pause(const JobRecord& job, Instant now);

}  // namespace punctual::detail
