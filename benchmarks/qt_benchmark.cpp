// Jobs in a Qt event loop; see loop_benchmark.hpp.

#include <punctual/schedulers/qt.hpp>

#include <QCoreApplication>
#include <QEventLoop>
#include <QMetaObject>

#include "loop_benchmark.hpp"
#include "loops/qt/qt_loop.hpp"

namespace {

class Loop {
public:
    [[nodiscard]] std::unique_ptr<punctual::Executor> make_executor() {
        return std::make_unique<punctual::detail::StandaloneExecutor>(
            std::make_unique<punctual::detail::QtLoop>(loop()), nullptr);
    }
    [[nodiscard]] auto make_scheduler() const { return std::make_unique<punctual::QtScheduler>(); }
    void run() { loop().exec(); }
    void quit() { loop().quit(); }
    void post(void (*function)(void*), void* data) {
        QMetaObject::invokeMethod(
            &receiver_, [function, data] { function(data); }, Qt::QueuedConnection);
    }

private:
    static QEventLoop& loop() {
        static int arguments = 1;
        static char name[] = "benchmark";
        static char* argument[] = {name, nullptr};
        static QCoreApplication application(arguments, argument);
        static QEventLoop loop;
        return loop;
    }
    // Before it, the application.
    [[maybe_unused]] QEventLoop& loop_ = loop();
    QObject receiver_;
};

BENCHMARK(loop_benchmark::fire<Loop>)->Name("qt/fire")->Arg(100'000)->UseManualTime();
BENCHMARK(loop_benchmark::fire_whole<Loop>)->Name("qt/scheduler")->Arg(100'000)->UseManualTime();
BENCHMARK(loop_benchmark::fire_bare<Loop>)->Name("limit/qt/fire")->Arg(100'000)->UseManualTime();

}  // namespace
