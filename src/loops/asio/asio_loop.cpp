#include "loops/asio/asio_loop.hpp"

#include <punctual/errors.hpp>

#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/strand.hpp>

#include <cerrno>
#include <condition_variable>
#include <thread>
#include <utility>

#include <fcntl.h>

#include "executors/file_descriptor.hpp"

namespace punctual::detail {
namespace {

// Between two looks of whoever waits in the context.
constexpr int most_handlers = 256;

// One of its own, for the context may keep it longer than the scheduler lives.
int duplicate(int descriptor) {
    const int copy = ::fcntl(descriptor, F_DUPFD_CLOEXEC, 0);
    if (copy < 0) throw ExecutorError("cannot copy a descriptor: " + system_message(errno));
    return copy;
}

}  // namespace

class AsioLoop::Watch final : public std::enable_shared_from_this<Watch> {
public:
    Watch(boost::asio::io_context& context, int descriptor, LoopTurns& turns)
        : turns_(&turns), descriptor_(boost::asio::make_strand(context), duplicate(descriptor)) {}

    // In the strand, or before the first time.
    void wait() {
        descriptor_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                               [self = shared_from_this()](const boost::system::error_code& error) {
                                   if (!error && self->turn()) self->wait();
                               });
    }
    // From any thread.
    void end() {
        {
            std::unique_lock lock(mutex_);
            turns_ = nullptr;
            const auto over = [this] {
                return turning_ == std::thread::id() || turning_ == std::this_thread::get_id();
            };
            turned_.wait(lock, over);
        }
        boost::asio::post(descriptor_.get_executor(), [self = shared_from_this()] {
            boost::system::error_code ignored;
            self->descriptor_.close(ignored);
        });
    }

private:
    // False once ended.
    bool turn() {
        LoopTurns* turns = nullptr;
        {
            const std::lock_guard lock(mutex_);
            if (turns_ == nullptr) return false;
            turns = turns_;
            turning_ = std::this_thread::get_id();
        }
        turns->turn();
        const std::lock_guard lock(mutex_);
        turning_ = std::thread::id();
        turned_.notify_all();
        return turns_ != nullptr;
    }

    std::mutex mutex_;
    std::condition_variable turned_;
    LoopTurns* turns_;
    std::thread::id turning_{};
    boost::asio::posix::basic_stream_descriptor<
        boost::asio::strand<boost::asio::io_context::executor_type>>
        descriptor_;
};

AsioLoop::~AsioLoop() = default;

std::shared_ptr<AsioLoop::Watch> AsioLoop::watch() const {
    const std::lock_guard lock(mutex_);
    return watch_.lock();
}

void AsioLoop::watch(int descriptor, LoopTurns& turns) {
    const auto watch = std::make_shared<Watch>(context_, descriptor, turns);
    watch->wait();
    const std::lock_guard lock(mutex_);
    watch_ = watch;
    watching_ = true;
}

void AsioLoop::unwatch() noexcept {
    std::shared_ptr<Watch> watch;
    {
        const std::lock_guard lock(mutex_);
        watch = std::exchange(watch_, {}).lock();
        watching_ = false;
    }
    if (watch == nullptr) return;
    watch->end();
    throw_later();
}

// Without a watch that lives, nobody knows whether the context does.
std::optional<bool> AsioLoop::is_here() const noexcept {
    if (watch() == nullptr || !context_.get_executor().running_in_this_thread())
        return std::nullopt;
    return true;
}

bool AsioLoop::is_gone() const noexcept {
    const std::lock_guard lock(mutex_);
    return watching_ && watch_.expired();
}

// What a handler throws belongs to whoever runs the context, and that is the application: it comes
// to it from there, once the shutdown is over.
bool AsioLoop::run_ready(std::chrono::milliseconds longest_wait) noexcept {
    if (watch() == nullptr || context_.stopped()) return false;
    try {
        if (context_.run_one_for(longest_wait) == 0) return true;
        // No more than some, for handlers may keep each other ready for ever.
        for (int i = 1; i < most_handlers && context_.poll_one() > 0; ++i) continue;
    } catch (...) {
        const std::lock_guard lock(mutex_);
        thrown_.push_back(std::current_exception());
    }
    return true;
}

void AsioLoop::throw_later() {
    std::vector<std::exception_ptr> thrown;
    {
        const std::lock_guard lock(mutex_);
        thrown.swap(thrown_);
    }
    for (const std::exception_ptr& exception : thrown) {
        boost::asio::post(context_, [exception] { std::rethrow_exception(exception); });
    }
}

}  // namespace punctual::detail
