// The process pool alone: runs through tickets and workers, and the start of a worker; beside a
// bare socket pair with the same bytes, and a bare process.
#include "bare_child.hpp"
#include "executors/worker_messages.hpp"
#include "slots.hpp"

#include <benchmark/benchmark.h>
#include <punctual/executors/executor.hpp>
#include <punctual/task.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using namespace punctual;

constexpr int worker_count = 2;
constexpr std::size_t batch_size = 1000;
constexpr const char* child_argument = "--bare-child";
constexpr int child_socket = 3;

const auto nothing = task("benchmark.nothing", [] {});

// The bytes of a run's order, and of its answer.
std::string order_bytes() {
    std::string bytes;
    detail::append_message(
        bytes, detail::RunOrder{.job_id = "job", .task = nothing.name(), .arguments = "[]"});
    return bytes;
}
std::string answer_bytes() {
    std::string bytes;
    detail::append_message(bytes, detail::RunAnswer{});
    return bytes;
}

bool read_all(int socket, std::string& bytes) {
    std::size_t done = 0;
    while (done < bytes.size()) {
        const ssize_t count = ::recv(socket, bytes.data() + done, bytes.size() - done, 0);
        if (count <= 0) return false;
        done += static_cast<std::size_t>(count);
    }
    return true;
}

std::size_t read_some(int socket, std::string& buffer) {
    const ssize_t count = ::recv(socket, buffer.data(), buffer.size(), 0);
    return count > 0 ? static_cast<std::size_t>(count) : 0;
}

void write_all(int socket, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count <= 0) return;
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
}

// A process of this program with a socket, that has sent a byte from its `main`.
class BareChild {
public:
    BareChild() {
        std::array<int, 2> ends{-1, -1};
        if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0) std::abort();
        posix_spawn_file_actions_t actions;
        ::posix_spawn_file_actions_init(&actions);
        ::posix_spawn_file_actions_adddup2(&actions, ends[1], child_socket);
        std::string program = "punctual-bench";
        std::string argument = child_argument;
        std::array<char*, 3> words{program.data(), argument.data(), nullptr};
        if (::posix_spawn(&process_, "/proc/self/exe", &actions, nullptr, words.data(),
                          ::environ) != 0) {
            std::abort();
        }
        ::posix_spawn_file_actions_destroy(&actions);
        ::close(ends[1]);
        socket_ = ends[0];
        std::string ready(1, '\0');
        if (!read_all(socket_, ready)) std::abort();
    }
    BareChild(const BareChild&) = delete;
    BareChild& operator=(const BareChild&) = delete;
    ~BareChild() {
        ::close(socket_);
        ::waitpid(process_, nullptr, 0);
    }
    [[nodiscard]] int socket() const { return socket_; }

private:
    pid_t process_ = 0;
    int socket_ = -1;
};

void fire(benchmark::State& state) {
    const auto count = static_cast<std::size_t>(state.range(0));
    const auto job = make_job(nothing());
    const auto pool = make_process_pool(worker_count);
    pool->start();
    std::vector<RunTicket> batch;
    batch.reserve(batch_size);
    const auto pass = [&](Slots& slots, std::size_t runs) {
        std::size_t returned = 0;
        for (std::size_t i = 0; i < runs;) {
            const std::size_t end = std::min(i + batch_size, runs);
            for (; i < end; ++i) batch.emplace_back(slots.at(i));
            pool->submit(batch);
        }
        while (returned < runs) returned += slots.wait();
    };
    Slots first(100, job);
    pass(first, 100);  // starts the workers
    for (auto _ : state) {
        state.PauseTiming();
        Slots slots(count, job);
        state.ResumeTiming();
        pass(slots, count);
    }
    pool->shutdown(true);
    state.SetItemsProcessed(static_cast<std::int64_t>(count) * state.iterations());
}
BENCHMARK(fire)
    ->Name("process_pool/fire")
    ->Args({100'000, 1})
    ->Args({100'000, 64})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

// So many orders ahead to each child: one, or as many as the pool would send. Each answer is sent
// before the next order is looked at, for that is what tells after a crash which runs are over.
void fire_bare(benchmark::State& state) {
    const auto count = static_cast<std::size_t>(state.range(0));
    const std::string order = order_bytes();
    const auto orders_ahead = static_cast<std::size_t>(state.range(1));
    const std::size_t answer_size = answer_bytes().size();
    std::string orders;
    for (std::size_t i = 0; i < orders_ahead; ++i) orders += order;
    std::vector<std::unique_ptr<BareChild>> children;
    std::vector<pollfd> polled;
    for (int i = 0; i < worker_count; ++i) {
        children.push_back(std::make_unique<BareChild>());
        polled.push_back({.fd = children.back()->socket(), .events = POLLIN, .revents = 0});
    }
    std::string buffer(64 * 1024, '\0');
    for (auto _ : state) {
        for (const pollfd& child : polled) write_all(child.fd, orders);
        std::size_t sent = polled.size() * orders_ahead;
        std::size_t received = 0;
        while (received < count * answer_size) {
            ::poll(polled.data(), polled.size(), -1);
            for (const pollfd& child : polled) {
                if (child.revents == 0) continue;
                const std::size_t before = received / answer_size;
                received += read_some(child.fd, buffer);
                const std::size_t more =
                    std::min(received / answer_size - before, count - std::min(sent, count));
                write_all(child.fd, std::string_view(orders).substr(0, more * order.size()));
                sent += more;
            }
        }
    }
    state.SetItemsProcessed(static_cast<std::int64_t>(count) * state.iterations());
}
BENCHMARK(fire_bare)
    ->Name("limit/process_pool/fire")
    ->Args({100'000, 1})
    ->Args({100'000, 64})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

// From `submit` on a pool without workers to the end of the run.
void start_worker(benchmark::State& state) {
    const auto job = make_job(nothing());
    Slots slots(1, job);
    std::vector<RunTicket> batch;
    for (auto _ : state) {
        state.PauseTiming();
        auto pool = make_process_pool(1);
        pool->start();
        batch.emplace_back(slots.at(0));
        state.ResumeTiming();
        pool->submit(batch);
        while (slots.wait() == 0) {
        }
        state.PauseTiming();
        pool.reset();
        state.ResumeTiming();
    }
}
BENCHMARK(start_worker)
    ->Name("process_pool/start_worker")
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

void start_bare(benchmark::State& state) {
    for (auto _ : state) {
        auto child = std::make_unique<BareChild>();
        state.PauseTiming();
        child.reset();
        state.ResumeTiming();
    }
}
BENCHMARK(start_bare)
    ->Name("limit/process_pool/start_worker")
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

}  // namespace

std::optional<int> bare_child(int argc, char** argv) {
    if (argc != 2 || std::string_view(argv[1]) != child_argument) return std::nullopt;
    const std::size_t order_size = order_bytes().size();
    const std::string answer = answer_bytes();
    std::string buffer(64 * 1024, '\0');
    write_all(child_socket, std::string_view("\0", 1));
    std::size_t left_over = 0;
    while (const std::size_t count = read_some(child_socket, buffer)) {
        for (left_over += count; left_over >= order_size; left_over -= order_size) {
            write_all(child_socket, answer);
        }
    }
    return 0;
}
