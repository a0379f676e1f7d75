#include <punctual/schedulers/qt.hpp>
#include <punctual/testing/driver_contract.hpp>

#include <QCoreApplication>
#include <QEventLoop>
#include <QTimer>

namespace punctual::testing {
namespace {

// There is one a process, and it stays: no test of a loop is its end.
void make_application() {
    static int arguments = 1;
    static char name[] = "test";
    static char* argument[] = {name, nullptr};
    static QCoreApplication application(arguments, argument);
}

class QtUnderTest final : public LoopUnderTest {
public:
    QtUnderTest() {
        make_application();
        loop_ = std::make_unique<QEventLoop>();
    }

    std::shared_ptr<Scheduler> make_scheduler(SchedulerOptions options) override {
        return std::make_shared<QtScheduler>(nullptr, std::move(options));
    }
    void run(Scheduler&) override { loop_->exec(); }
    void quit(Scheduler&) override { loop_->quit(); }
    void post(void (*function)(void*), void* data) override {
        QTimer::singleShot(0, [function, data] { function(data); });
    }

private:
    std::unique_ptr<QEventLoop> loop_;
};

TEST(QtScheduler, IsDeletedByItsParent) {
    make_application();
    QObject parent;
    auto* const scheduler = new QtScheduler(&parent);
    scheduler->add_job([] {}, interval(std::chrono::hours(1)));
    scheduler->start();
}

TEST(QtScheduler, IsStartedOnItsOwnThreadAlone) {
    make_application();
    QtScheduler scheduler;
    std::thread([&] { EXPECT_THROW(scheduler.start(), ExecutorError); }).join();
    scheduler.start();
}

TEST(QtScheduler, HasSignalsForWhatHappens) {
    make_application();
    QEventLoop loop;
    QtScheduler scheduler;
    std::vector<std::string> signals_seen;
    QObject::connect(&scheduler, &QtScheduler::scheduler_started,
                     [&] { signals_seen.emplace_back("started"); });
    QObject::connect(&scheduler, &QtScheduler::job_progressed, [&](const JobProgress& event) {
        signals_seen.push_back("progressed " + event.progress.text);
    });
    QObject::connect(&scheduler, &QtScheduler::job_executed, [&](const JobExecuted& event) {
        signals_seen.push_back("executed " + event.job_id);
    });
    QObject::connect(&scheduler, &QtScheduler::job_failed, [&](const JobError& event) {
        signals_seen.push_back("failed " + event.reason);
        loop.quit();
    });
    const Instant now = system_clock()->now();
    scheduler.add_job([](RunContext& run) { run.progress(0.5, "half"); }, {.id = "good"});
    scheduler.add_job([] { throw std::runtime_error("no"); },
                      {.id = "bad",
                       .misfire_grace_time = unlimited,
                       .next_run_time = now + std::chrono::milliseconds(50)});
    scheduler.start();
    loop.exec();
    EXPECT_EQ(signals_seen, (std::vector<std::string>{"started", "progressed half", "executed good",
                                                      "failed no"}));
}

}  // namespace
}  // namespace punctual::testing

PUNCTUAL_LOOP_CONTRACT(Qt, punctual::testing::QtUnderTest);
