#pragma once
// A scheduler in a Qt event loop (component `qt`): a QObject with signals for what happens.
//
//     auto* scheduler = new QtScheduler(this);
//     scheduler->add_job([this] { refresh(); }, interval(30s));
//     connect(scheduler, &QtScheduler::job_failed, this, &MainWindow::show_error);
//     scheduler->start();

#ifndef Q_MOC_RUN  // Qt's compiler cannot read what is in there, and need not
#include <punctual/scheduler.hpp>
#endif

#include <QObject>

namespace punctual {

/// Jobs, unless they name another executor, and all listeners and signals run on the thread that
/// the object lives in, one after another, in bounded batches between its other events: they may
/// touch widgets. It works in every Qt event loop, with and without a user interface.
///
/// *Thread safety*: as `Scheduler`; but construct, start and destroy it on its thread, and do not
/// move it to another one. *Lifetime*: its parent deletes it, as any QObject; a QCoreApplication is
/// there while it is started.
class QtScheduler final : public QObject, public Scheduler {
    Q_OBJECT

public:
    /// *Throws* ConfigurationError for an option out of range, ExecutorError if the system has no
    /// descriptor left; `start` throws it on another thread than the object's.
    explicit QtScheduler(QObject* parent = nullptr, SchedulerOptions options = {});
    ~QtScheduler() override;

signals:
    /// Each event, whatever its kind. For direct connections: through a queue only what all kinds
    /// have in common would come.
    void told(const punctual::Event& event);
    void scheduler_started();
    void scheduler_paused();
    void scheduler_resumed();
    void scheduler_shut_down();
    void job_added(const punctual::JobAdded& event);
    void job_modified(const punctual::JobModified& event);
    void job_removed(const punctual::JobRemoved& event);
    void job_submitted(const punctual::JobSubmitted& event);
    void job_progressed(const punctual::JobProgress& event);
    void job_executed(const punctual::JobExecuted& event);
    void job_failed(const punctual::JobError& event);
    void job_cancelled(const punctual::JobCancelled& event);
    void job_lost(const punctual::JobLost& event);
    void job_missed(const punctual::JobMissed& event);
    void job_skipped(const punctual::JobSkipped& event);
    void max_instances_reached(const punctual::JobMaxInstances& event);
    void store_unavailable(const punctual::StoreUnavailable& event);
    void store_available(const punctual::StoreAvailable& event);

private:
    void pass_on(const Event& event);
    ListenerId listener_;
};

}  // namespace punctual
