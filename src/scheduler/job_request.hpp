#pragma once
// From what users write (a call, a trigger, options, changes) to what stores hold.

#include <punctual/config.hpp>
#include <punctual/job.hpp>
#include <punctual/stores/store.hpp>

#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>

namespace punctual::detail {

/// What the defaults of a scheduler make of options. *Throws* ValueError for one out of range.
[[nodiscard]] JobSettings settings_for(const JobOptions& options, const JobDefaults& defaults);
/// What changes leave of settings. *Throws* ValueError for one out of range.
[[nodiscard]] JobSettings changed_settings(const JobSettings& settings, const JobChanges& changes);
/// A request with changes put into it.
void apply_changes(JobRequest& request, const JobChanges& changes);
/// The trigger of a request; without one, the instant of adding.
[[nodiscard]] Trigger trigger_of(const JobRequest& request);

/// Puts a job's next run time on the first instant from `from` on (that included), or on `chosen`.
/// Without any it has ended.
void schedule_from(JobRecord& job, Instant from,
                   const std::optional<Instant>& chosen = std::nullopt);

/// Keeps the settings last used, so that jobs with equal ones share an object.
/// *Thread safety*: safe.
class SettingsCache {
public:
    [[nodiscard]] std::shared_ptr<const JobSettings> share(JobSettings settings);

private:
    std::mutex mutex_;
    std::shared_ptr<const JobSettings> last_;
};

/// Makes up ids: 13 letters and digits, different in each process.
/// *Thread safety*: safe.
class IdSource {
public:
    IdSource();
    [[nodiscard]] std::string next();

private:
    std::atomic<std::uint64_t> state_;
};

}  // namespace punctual::detail
