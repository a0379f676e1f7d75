#include <punctual/errors.hpp>
#include <punctual/transfer.hpp>

#include <fmt/format.h>

#include <istream>
#include <ostream>
#include <string>

#include "stores/job_line.hpp"
#include "stores/job_receiver.hpp"

namespace punctual {

namespace {

constexpr std::size_t page_size = 500;

template <class Take>
void for_each_job(JobStore& store, Take take) {
    JobPage page;
    do {
        page = store.list(page.next, page_size);
        for (JobRecord& job : page.jobs) take(job);
    } while (!page.next.empty());
}

}  // namespace

Transferred copy_jobs(JobStore& from, JobStore& to, ExistingJobs existing,
                      TransferListener* listener) {
    detail::JobReceiver receiver(to, existing);
    const auto tell = [&] {
        if (listener != nullptr) listener->written(receiver.so_far());
    };
    for_each_job(from, [&](JobRecord& job) {
        if (receiver.take(std::move(job))) tell();
    });
    receiver.finish();
    tell();
    return receiver.so_far();
}

std::size_t export_jobs(JobStore& from, std::ostream& out) {
    detail::JobCodec codec;
    std::size_t count = 0;
    for_each_job(from, [&](const JobRecord& job) {
        out << detail::write_job_line(codec, job) << '\n';
        ++count;
    });
    if (!out.flush()) throw Error("the exported jobs could not be written");
    return count;
}

Transferred import_jobs(JobStore& to, std::istream& in, ExistingJobs existing) {
    detail::JobReceiver receiver(to, existing);
    detail::read_job_lines(in, [&](JobRecord job) { receiver.take(std::move(job)); });
    receiver.finish();
    return receiver.so_far();
}

}  // namespace punctual
