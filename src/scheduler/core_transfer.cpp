// Jobs out of the scheduler's stores as JSON lines, and into them.

#include <punctual/transfer.hpp>

#include <algorithm>
#include <ostream>

#include "scheduler/core.hpp"
#include "stores/job_line.hpp"
#include "stores/job_receiver.hpp"

namespace punctual::detail {

std::size_t SchedulerCore::export_to(std::ostream& out, std::string_view store) {
    check_usable();
    if (!started()) {
        throw SchedulerNotRunningError("jobs are exported by a scheduler that is started");
    }
    std::size_t count = 0;
    for (const auto& track : tracks_for(store)) count += export_jobs(track->lane->store(), out);
    return count;
}

Transferred SchedulerCore::import_from(std::istream& in, const ImportOptions& options) {
    check_usable();
    if (!started()) {
        throw SchedulerNotRunningError("jobs are imported by a scheduler that is started");
    }
    const std::shared_ptr<Track> track = tracks_for(options.store).front();
    JobReceiver receiver(track->lane->store(), options.existing);
    read_job_lines(in, [&](JobRecord job) {
        check_executor(*job.definition);
        const bool wrote = write(*track->lane, [&] { return receiver.take(std::move(job)); });
        if (wrote) tell_received(*track, receiver, options.existing);
    });
    write(*track->lane, [&] { receiver.finish(); });
    tell_received(*track, receiver, options.existing);
    return receiver.so_far();
}

void SchedulerCore::tell_received(Track& track, const JobReceiver& receiver,
                                  ExistingJobs existing) {
    const std::string& store = track.lane->name();
    Instant earliest = never;
    for (std::size_t i = 0; i < receiver.last_step().size(); ++i) {
        const JobRecord& job = receiver.last_step()[i];
        earliest = std::min(earliest, job.due);
        if (!receiver.existed()[i]) {
            tell_job<JobAdded>(store, job.definition->id);
        } else if (existing == ExistingJobs::replace) {
            tell_job<JobModified>(store, job.definition->id);
        }
    }
    track.lane->due_at(earliest);
}

}  // namespace punctual::detail
