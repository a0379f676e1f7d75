#include "loops/asio/asio_starter.hpp"

#include <punctual/executors/asio.hpp>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>
#include <boost/system/system_error.hpp>

#include <atomic>
#include <memory>
#include <utility>

#include "loops/loop_executor.hpp"
#include "loops/loop_run.hpp"

namespace punctual::detail {
namespace {

using RunCoroutine = boost::asio::awaitable<Value>;
using Strand = boost::asio::strand<boost::asio::io_context::executor_type>;

class CoroutineRun final : public LoopRun, public std::enable_shared_from_this<CoroutineRun> {
public:
    CoroutineRun(boost::asio::io_context& context, RunTicket ticket, LoopExecutor& executor)
        : LoopRun(std::move(ticket), executor), strand_(boost::asio::make_strand(context)) {}

    // It may be over at once.
    void begin(RunCoroutine coroutine) {
        watch_stop();
        boost::asio::co_spawn(strand_, std::move(coroutine),
                              boost::asio::bind_cancellation_slot(signal_.slot(), End(*this)));
        begun_ = true;
        if (stop_wanted_) stop();
    }

private:
    // A context that is destroyed destroys the handlers that it has not called.
    class End {
    public:
        explicit End(CoroutineRun& run) : run_(run.shared_from_this()) {}
        End(End&&) noexcept = default;
        End& operator=(End&&) = delete;
        ~End() {
            if (run_ == nullptr) return;
            run_->finish(
                {.outcome = RunState::cancelled, .reason = "its io_context was destroyed"});
        }
        void operator()(const std::exception_ptr& thrown, Value result) {
            const auto run = std::exchange(run_, nullptr);
            run->finish(run->how_it_went(thrown, std::move(result)));
        }

    private:
        std::shared_ptr<CoroutineRun> run_;
    };

    [[nodiscard]] RunResult how_it_went(const std::exception_ptr& thrown, Value result) const {
        if (thrown == nullptr) return {.result = std::move(result)};
        if (stop_requested() && is_abortion(thrown)) return result_of(stopped());
        return result_of(thrown);
    }
    [[nodiscard]] static bool is_abortion(const std::exception_ptr& thrown) {
        try {
            std::rethrow_exception(thrown);
        } catch (const boost::system::system_error& error) {
            return error.code() == boost::asio::error::operation_aborted;
        } catch (...) {
            return false;
        }
    }
    [[nodiscard]] static std::exception_ptr stopped() {
        return std::make_exception_ptr(RunCancelled());
    }

    [[nodiscard]] bool is_here() const override { return strand_.running_in_this_thread(); }

    // Whoever spawns the coroutine still asks again: one that were cancelled before it begins would
    // throw out of its context. To spawn in the strand would cost each coroutine one way more
    // through the context.
    void stop() noexcept override {
        stop_wanted_ = true;
        if (!begun_) return;
        boost::asio::post(strand_, [self = shared_from_this()] {
            self->signal_.emit(boost::asio::cancellation_type::terminal);
        });
    }

    const Strand strand_;
    boost::asio::cancellation_signal signal_;
    std::atomic<bool> begun_ = false;
    std::atomic<bool> stop_wanted_ = false;
};

}  // namespace

bool AsioStarter::start(RunTicket& ticket, LoopExecutor& executor) noexcept {
    if (ticket.job().call.callable()->coroutine() == nullptr) {
        ticket.run();
        return true;
    }
    if (!ticket.may_begin()) return true;
    const auto run = std::make_shared<CoroutineRun>(context_, std::move(ticket), executor);
    executor.goes_on(run);
    try {
        if (auto coroutine = run->call().coroutine<RunCoroutine>(run->context())) {
            run->begin(std::move(*coroutine));
        } else {
            run->finish({.outcome = RunState::failed,
                         .reason = why_not_a_function(*run->call().callable()->coroutine())});
        }
    } catch (...) {
        run->finish(result_of(std::current_exception()));
    }
    return false;
}

bool AsioStarter::takes(const CoroutineType& type) const {
    return type.run == typeid(RunCoroutine);
}

}  // namespace punctual::detail
