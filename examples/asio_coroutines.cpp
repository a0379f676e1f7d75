// A scheduler in an io_context: jobs are coroutines that wait without a thread, beside the
// program's other work; functions run there as well.

#include <punctual/punctual.hpp>
#include <punctual/schedulers/asio.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <cstdio>
#include <string>
#include <utility>

namespace asio = boost::asio;
using asio::awaitable;
using asio::use_awaitable;
using asio::ip::tcp;
using namespace punctual;

namespace {

// A task is a coroutine where it returns an awaitable; with a name, a store can keep it.
const auto ask =
    task("ask", [](std::string question, unsigned short port) -> awaitable<std::string> {
        tcp::socket socket(co_await asio::this_coro::executor);
        co_await socket.async_connect({asio::ip::address_v4::loopback(), port}, use_awaitable);
        co_await asio::async_write(socket, asio::buffer(question), use_awaitable);
        std::string answer(question.size(), ' ');
        co_await asio::async_read(socket, asio::buffer(answer), use_awaitable);
        co_return answer;
    });

// The other work: it answers one question after another with an echo.
awaitable<void> answer(tcp::acceptor& acceptor) {
    std::array<char, 64> text{};
    while (true) {
        tcp::socket socket = co_await acceptor.async_accept(use_awaitable);
        const std::size_t size = co_await socket.async_read_some(asio::buffer(text), use_awaitable);
        co_await asio::async_write(socket, asio::buffer(text.data(), size), use_awaitable);
    }
}

}  // namespace

int main() {
    asio::io_context io;
    tcp::acceptor acceptor(io, {asio::ip::address_v4::loopback(), 0});
    asio::co_spawn(io, answer(acceptor), asio::detached);

    AsioScheduler scheduler(io);
    int answers = 0;
    scheduler.on<JobExecuted>([&](const JobExecuted& event) {
        if (event.job_id != "ask") return;
        std::printf("%s\n", event.result.as_text().c_str());
        if (++answers == 3) scheduler.shutdown();  // asks running jobs to stop
    });
    scheduler.on<JobCancelled>(
        [](const JobCancelled& event) { std::printf("%s is cancelled\n", event.job_id.c_str()); });
    scheduler.on<SchedulerShutdown>([&](const SchedulerShutdown&) { acceptor.close(); });

    scheduler.add_job(ask("are you there?", acceptor.local_endpoint().port()), interval(100ms),
                      {.id = "ask"});
    scheduler.add_job(
        []() -> awaitable<void> {
            asio::steady_timer timer(co_await asio::this_coro::executor, 1h);
            co_await timer.async_wait(use_awaitable);  // ends early where the job is cancelled
        },
        {.id = "patience"});
    scheduler.start();

    io.run();  // returns when nothing is left to wait for
    return answers == 3 ? 0 : 1;
}
