#pragma once
// Chains: jobs that start when another one has run.
//
//     Job load = scheduler.add_job(load_orders(), on_demand(), {.id = "load"});
//     Job alert = scheduler.add_job(page_someone(), on_demand(), {.id = "alert"});
//     Job extract = scheduler.add_job(extract_orders(), crontab("0 3 * * *"), {.id = "extract"});
//     extract.then(load).then(alert, ThenOn::failure);
//
// The run that follows is put on record in the same step as the outcome of the run before it: a
// crash between the two loses nothing and starts nothing twice. Its scheduled instant is the end of
// that run.

#include <punctual/run.hpp>
#include <punctual/value.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace punctual {

/// Which outcomes of a job start the next one. Of a run that is retried, the last attempt counts.
enum class ThenOn : std::uint8_t {
    success,  ///< succeeded
    failure,  ///< failed or lost
    always,   ///< succeeded, failed, lost or cancelled
};

/// "success", "failure", "always".
[[nodiscard]] std::string_view to_string(ThenOn on);
/// *Throws* ValueError that lists what is allowed.
[[nodiscard]] ThenOn then_on_from(std::string_view text);

/// A job to start once another one has run.
struct FollowUp {
    /// The id of a job in the same store.
    std::string job_id;
    ThenOn on = ThenOn::success;

    [[nodiscard]] bool applies(RunState outcome) const;

    friend bool operator==(const FollowUp&, const FollowUp&) = default;
};

template <>
struct Codec<ThenOn> {
    static Value encode(ThenOn on) { return to_string(on); }
    static ThenOn decode(const Value& value);
};

}  // namespace punctual

PUNCTUAL_FIELDS(punctual::FollowUp, job_id, on)
