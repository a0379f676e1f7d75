#include <punctual/schedulers/loop.hpp>
#include <punctual/schedulers/qt.hpp>

#include <memory>
#include <optional>
#include <utility>

#include <QCoreApplication>
#include <QSocketNotifier>
#include <QThread>

namespace punctual {
namespace {

class QtLoop final : public EventLoop {
public:
    void watch(int descriptor, LoopTurns& turns) override {
        if (QCoreApplication::instance() == nullptr) {
            throw ExecutorError("a QtScheduler needs a QCoreApplication before it is started");
        }
        notifier_ = std::make_unique<QSocketNotifier>(descriptor, QSocketNotifier::Read);
        QObject::connect(notifier_.get(), &QSocketNotifier::activated, notifier_.get(),
                         [&turns] { turns.turn(); });
    }
    void unwatch() noexcept override {
        notifier_->setEnabled(false);
        // It may be telling of this very turn.
        notifier_.release()->deleteLater();
    }
    [[nodiscard]] std::optional<bool> is_here() const noexcept override {
        if (notifier_ == nullptr) return std::nullopt;
        return notifier_->thread() == QThread::currentThread();
    }

private:
    std::unique_ptr<QSocketNotifier> notifier_;
};

}  // namespace

QtScheduler::QtScheduler(QObject* parent, SchedulerOptions options)
    : QObject(parent),
      Scheduler(std::move(options), make_loop_driver(std::make_unique<QtLoop>())),
      listener_(add_listener([this](const Event& event) { pass_on(event); })) {}

QtScheduler::~QtScheduler() {
    // What is told while the scheduler ends would come to an object without signals.
    remove_listener(listener_);
}

void QtScheduler::pass_on(const Event& event) {
    emit told(event);
    if (event.type == EventType::scheduler_started) emit scheduler_started();
    if (event.type == EventType::scheduler_shutdown) emit scheduler_shut_down();
    if (const auto* executed = event.get_if<JobExecuted>()) emit job_executed(*executed);
    if (const auto* failed = event.get_if<JobError>()) emit job_failed(*failed);
    if (const auto* missed = event.get_if<JobMissed>()) emit job_missed(*missed);
    if (const auto* progress = event.get_if<JobProgress>()) emit job_progressed(*progress);
}

}  // namespace punctual
