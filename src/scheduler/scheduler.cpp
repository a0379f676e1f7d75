#include <punctual/scheduler.hpp>

#include <iostream>
#include <utility>

#include "scheduler/core.hpp"

namespace punctual {

Scheduler::Scheduler(SchedulerOptions options, std::unique_ptr<Driver> driver)
    : core_(std::make_shared<detail::SchedulerCore>(std::move(options), std::move(driver))) {}

Scheduler::~Scheduler() {
    core_->close();
}

Job Scheduler::add_job(Call call, Trigger trigger, JobOptions options) {
    return core_->add_one({std::move(call), std::move(trigger), std::move(options)});
}

Job Scheduler::add_job(Call call, JobOptions options) {
    return core_->add_one({std::move(call), {}, std::move(options)});
}

Job Scheduler::add_job(const Transaction& transaction, Call call, Trigger trigger,
                       JobOptions options) {
    return core_->add_within(transaction,
                             {std::move(call), std::move(trigger), std::move(options)});
}

Job Scheduler::add_job(const Transaction& transaction, Call call, JobOptions options) {
    return core_->add_within(transaction, {std::move(call), {}, std::move(options)});
}

Job Scheduler::modify_job(const Transaction& transaction, std::string_view id, JobChanges changes,
                          std::string_view store) {
    return core_->modify_within(transaction, id, changes, store);
}

void Scheduler::remove_job(const Transaction& transaction, std::string_view id,
                           std::string_view store) {
    core_->remove_within(transaction, id, store);
}

void Scheduler::wakeup() {
    core_->wakeup();
}

std::vector<Job> Scheduler::add_jobs(std::vector<JobRequest> requests) {
    return core_->add(std::move(requests));
}

ScheduledJob Scheduler::scheduled_job(Trigger trigger, JobOptions options) {
    return {*this, std::move(trigger), std::move(options)};
}

Job Scheduler::modify_job(std::string_view id, JobChanges changes, std::string_view store) {
    return core_->modify(id, changes, store);
}

Job Scheduler::reschedule_job(std::string_view id, Trigger trigger, std::string_view store) {
    return core_->modify(id, {.trigger = std::move(trigger)}, store);
}

Job Scheduler::pause_job(std::string_view id, std::string_view store) {
    return core_->pause_job(id, store);
}

Job Scheduler::resume_job(std::string_view id, std::string_view store) {
    return core_->resume_job(id, store);
}

Job Scheduler::run_job(std::string_view id, std::string_view store) {
    return core_->run_job(id, store);
}

void Scheduler::remove_job(std::string_view id, std::string_view store) {
    core_->remove(id, store);
}

std::size_t Scheduler::remove_all_jobs(std::string_view store) {
    return core_->remove_all(store);
}

Job Scheduler::get_job(std::string_view id, std::string_view store) const {
    return core_->get(id, store);
}

std::optional<Job> Scheduler::find_job(std::string_view id, std::string_view store) const {
    return core_->find(id, store);
}

std::vector<Job> Scheduler::get_jobs(std::string_view store) const {
    return core_->list(store);
}

void Scheduler::print_jobs(std::string_view store) const {
    print_jobs(std::cout, store);
}

void Scheduler::print_jobs(std::ostream& out, std::string_view store) const {
    core_->print(out, store);
}

std::vector<RunRecord> Scheduler::get_runs(const RunQuery& query, std::string_view store) const {
    return core_->runs(query, store);
}

std::vector<RunningRun> Scheduler::get_running(std::string_view store) const {
    return core_->running(store);
}

void Scheduler::cancel_run(RunId run, std::string_view store) {
    core_->cancel_run(run, store);
}

std::size_t Scheduler::export_jobs(std::ostream& out, std::string_view store) const {
    return core_->export_to(out, store);
}

Transferred Scheduler::import_jobs(std::istream& in, const ImportOptions& options) {
    return core_->import_from(in, options);
}

void Scheduler::configure(SchedulerOptions options) {
    core_->configure(std::move(options));
}

void Scheduler::start(StartOptions options) {
    core_->start(options);
}

void Scheduler::pause() {
    core_->pause();
}

void Scheduler::resume() {
    core_->resume();
}

void Scheduler::shutdown(ShutdownOptions options) {
    core_->shutdown(options);
}

SchedulerState Scheduler::state() const {
    return core_->state();
}

void Scheduler::add_store(const std::string& name, StoreSpec spec) {
    core_->add_store(name, spec);
}

void Scheduler::remove_store(const std::string& name) {
    core_->remove_store(name);
}

void Scheduler::add_executor(const std::string& name, ExecutorSpec spec) {
    core_->add_executor(name, spec);
}

void Scheduler::remove_executor(const std::string& name) {
    core_->remove_executor(name);
}

ListenerId Scheduler::add(std::shared_ptr<detail::Listener> listener, EventType types) {
    return core_->bus().add(std::move(listener), types);
}

void Scheduler::remove_listener(ListenerId id) {
    core_->bus().remove(id);
}

}  // namespace punctual
