#pragma once
// The event loop of a thread of Qt as an event loop.

#include <punctual/errors.hpp>
#include <punctual/schedulers/loop.hpp>

#include <memory>
#include <optional>

#include <QCoreApplication>
#include <QSocketNotifier>
#include <QThread>

namespace punctual::detail {

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

}  // namespace punctual::detail
