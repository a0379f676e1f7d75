#include "stores/job_receiver.hpp"

#include <punctual/errors.hpp>

#include <fmt/format.h>

#include <utility>

namespace punctual::detail {

namespace {

constexpr std::size_t step_size = 500;

}  // namespace

/// Decides about each job of a step by whether its id exists.
class JobReceiver::Editor final : public JobEditor {
public:
    explicit Editor(JobReceiver& receiver) : receiver_(receiver) {}

    JobEdit edit(std::size_t index, const JobRecord* current) override {
        receiver_.existed_.at(index) = current != nullptr;
        JobEdit edit{
            .action = JobEdit::Action::put, .record = receiver_.step_.at(index), .not_run = {}};
        edit.record.generation = current == nullptr ? 0 : current->generation;
        edit.record.running = current == nullptr ? 0 : current->running;
        if (current == nullptr || receiver_.existing_ == ExistingJobs::replace) return edit;
        if (receiver_.existing_ == ExistingJobs::refuse) refuse(edit.record.definition->id);
        return {};
    }

private:
    [[noreturn]] void refuse(const std::string& id) const {
        throw ConflictingIdError(
            fmt::format("there is a job \"{}\" in {} already: keep it or replace it; {} other jobs "
                        "have been written",
                        id, receiver_.store_.describe(), receiver_.count_.added));
    }

    JobReceiver& receiver_;
};

bool JobReceiver::take(JobRecord job) {
    // A job that comes twice (it ran while the source was read) is written in two steps.
    const bool is_new = ids_.insert(job.definition->id).second;
    const bool complete = !is_new || step_.size() == step_size;
    if (complete) {
        finish();
        ids_.insert(job.definition->id);
    }
    step_.push_back(std::move(job));
    return complete;
}

void JobReceiver::finish() {
    std::vector<std::string> ids;
    ids.reserve(step_.size());
    for (const JobRecord& job : step_) ids.push_back(job.definition->id);
    existed_.assign(step_.size(), false);
    Editor editor(*this);
    if (!ids.empty()) store_.edit(ids, editor);
    for (const bool existed : existed_) {
        if (!existed) {
            ++count_.added;
        } else if (existing_ == ExistingJobs::replace) {
            ++count_.replaced;
        } else {
            ++count_.kept;
        }
    }
    written_ = std::exchange(step_, {});
    ids_.clear();
}

}  // namespace punctual::detail
