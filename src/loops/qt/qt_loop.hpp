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
    /// For the thread that `owner` lives in.
    explicit QtLoop(const QObject& owner) : owner_(owner) {}

    void watch(int descriptor, LoopTurns& turns) override {
        if (QCoreApplication::instance() == nullptr) {
            throw ExecutorError("a QtScheduler needs a QCoreApplication before it is started");
        }
        if (owner_.thread() != QThread::currentThread()) {
            throw ExecutorError("a QtScheduler is started on the thread that it lives in");
        }
        notifier_ = std::make_unique<QSocketNotifier>(descriptor, QSocketNotifier::Read);
        QObject::connect(notifier_.get(), &QSocketNotifier::activated, notifier_.get(),
                         [&turns] { turns.turn(); });
    }
    void unwatch() noexcept override {
        if (is_gone()) return notifier_.reset();
        notifier_->setEnabled(false);
        // It may be telling of this very turn.
        notifier_.release()->deleteLater();
    }
    [[nodiscard]] std::optional<bool> is_here() const noexcept override {
        return owner_.thread() == QThread::currentThread();
    }
    [[nodiscard]] bool is_gone() const noexcept override {
        return QCoreApplication::instance() == nullptr;
    }

private:
    const QObject& owner_;
    std::unique_ptr<QSocketNotifier> notifier_;
};

}  // namespace punctual::detail
