#include "executors/worker_process.hpp"

#include <punctual/errors.hpp>

#include <cerrno>
#include <utility>

#include <fcntl.h>
#include <sys/socket.h>

namespace punctual::detail {

namespace {

WorkerWays::Way make_way() {
    int ends[2] = {-1, -1};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        throw ExecutorError("cannot make a socket for a worker: " + system_message(errno));
    }
    WorkerWays::Way way{FileDescriptor(ends[0]), FileDescriptor(ends[1])};
    ::fcntl(way.pools.number(), F_SETFL, O_NONBLOCK);
    return way;
}

}  // namespace

WorkerWays WorkerWays::make() {
    return {.messages = make_way(), .control = make_way(), .page = SharedPage::make()};
}

WorkerProcess WorkerProcess::start(const WorkerSetup& setup) {
    WorkerWays ways = WorkerWays::make();
    auto process = std::make_unique<ChildProcess>(
        ProgramStart{.words = {::program_invocation_name, std::string(WorkerStart::argument),
                               std::to_string(::getpid())},
                     .file = "/proc/self/exe",
                     .output = ProgramStart::Output::shared,
                     .descriptors = {ways.messages.workers.number(), ways.control.workers.number(),
                                     ways.page.descriptor()}});
    return {std::move(process), std::move(ways), setup};
}

WorkerProcess::WorkerProcess(std::unique_ptr<Child> process, WorkerWays ways,
                             const WorkerSetup& setup)
    : process_(std::move(process)),
      messages_(std::move(ways.messages.pools)),
      control_(std::move(ways.control.pools)),
      page_(std::move(ways.page)) {
    page_.close_descriptor();
    append_message(outgoing_, setup);
    static_cast<void>(flush());
}

bool WorkerProcess::flush() noexcept {
    std::size_t sent = 0;
    while (sent < outgoing_.size()) {
        const ssize_t count = ::send(messages_.number(), outgoing_.data() + sent,
                                     outgoing_.size() - sent, MSG_NOSIGNAL);
        if (count < 0 && errno == EINTR) continue;
        if (count < 0 && errno == EAGAIN) break;
        // It is ending, and what it was sent is of no use any more.
        if (count < 0) sent = outgoing_.size();
        if (count > 0) sent += static_cast<std::size_t>(count);
    }
    outgoing_.erase(0, sent);
    return outgoing_.empty();
}

WorkerProcess::Reading WorkerProcess::read() noexcept {
    const std::span<char> space = reader_.space();
    ssize_t count = -1;
    do {
        count = ::recv(messages_.number(), space.data(), space.size(), 0);
    } while (count < 0 && errno == EINTR);
    if (count < 0 && errno == EAGAIN) return Reading::all;
    if (count <= 0) return Reading::end;
    reader_.filled(static_cast<std::size_t>(count));
    return static_cast<std::size_t>(count) == space.size() ? Reading::part : Reading::all;
}

void WorkerProcess::ask_to_stop(std::uint32_t sequence) noexcept {
    // There is space for it: the worker's watcher does nothing but read.
    static_cast<void>(
        ::send(control_.number(), &sequence, sizeof sequence, MSG_NOSIGNAL | MSG_DONTWAIT));
}

void WorkerProcess::finish() noexcept {
    ::shutdown(messages_.number(), SHUT_WR);
}

}  // namespace punctual::detail
