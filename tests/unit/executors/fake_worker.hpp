#pragma once
// A worker of a pool of processes without a process: the test says what it does.

#include "executors/worker_process.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <cerrno>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include <sys/socket.h>
#include <unistd.h>

namespace punctual::detail {

/// What a test looks at in an order.
struct TakenOrder {
    std::uint32_t sequence = 0;
    RunId run_id = 0;
    std::string task{};
};

/// *Thread safety*: none, but the pool's side is that of another thread.
class FakeWorker {
public:
    FakeWorker() : FakeWorker(WorkerWays::make()) {}

    /// The pool's side of it. Once.
    [[nodiscard]] WorkerProcess process(const WorkerSetup& setup = {}) {
        return {std::make_unique<Process>(state_), std::move(ways_), setup};
    }

    /// Waits for the next one; nothing at the end of orders.
    [[nodiscard]] std::optional<TakenOrder> take_order() {
        while (true) {
            if (const auto message = reader_.next()) {
                const auto* const order = std::get_if<RunOrder>(&*message);
                if (order == nullptr) continue;
                return TakenOrder{order->sequence, order->run_id, std::string(order->task)};
            }
            const std::span<char> space = reader_.space();
            const ssize_t count = ::recv(messages_.number(), space.data(), space.size(), 0);
            if (count <= 0) return std::nullopt;
            reader_.filled(static_cast<std::size_t>(count));
        }
    }
    /// As a worker does before a run. False if it was taken back.
    [[nodiscard]] bool begin(std::uint32_t sequence) { return page_.marks().begin(sequence); }
    template <class Message>
    void send(const Message& message) {
        std::string bytes;
        append_message(bytes, message);
        write(bytes);
    }
    void answer(std::uint32_t sequence) { send(RunAnswer{.sequence = sequence}); }
    /// Anything.
    void write(std::string_view bytes) {
        const ssize_t sent = ::send(messages_.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        EXPECT_EQ(sent, static_cast<ssize_t>(bytes.size()));
    }
    void close_messages() { messages_.close(); }
    /// The run that it was asked to stop; nothing if it was asked for none since.
    [[nodiscard]] std::optional<std::uint32_t> take_request_to_stop() {
        std::uint32_t sequence = 0;
        const ssize_t count = ::recv(control_.number(), &sequence, sizeof sequence, MSG_DONTWAIT);
        return count == sizeof sequence ? std::optional(sequence) : std::nullopt;
    }

    void exit(int code) { end(code << 8); }
    void die(int signal) { end(signal); }
    [[nodiscard]] bool was_killed() const { return state_->killed; }

private:
    struct State {
        WakeUp ended;
        std::atomic<int> status = -1;
        std::atomic<bool> killed = false;
    };
    class Process final : public Child {
    public:
        explicit Process(std::shared_ptr<State> state) : state_(std::move(state)) {}
        [[nodiscard]] int descriptor() const override { return state_->ended.number(); }
        void signal_group(int signal) const noexcept override {
            state_->killed = true;
            end(*state_, signal);
        }
        [[nodiscard]] std::optional<int> reap() noexcept override { return state_->status; }

    private:
        std::shared_ptr<State> state_;
    };

    explicit FakeWorker(WorkerWays ways)
        : messages_(std::move(ways.messages.workers)),
          control_(std::move(ways.control.workers)),
          page_(FileDescriptor(::dup(ways.page.descriptor()))),
          ways_(std::move(ways)) {}

    static void end(State& state, int status) noexcept {
        int running = -1;
        if (state.status.compare_exchange_strong(running, status)) state.ended.raise();
    }
    void end(int status) {
        messages_.close();
        end(*state_, status);
    }

    FileDescriptor messages_;
    FileDescriptor control_;
    SharedPage page_;
    WorkerWays ways_;
    MessageReader reader_;
    std::shared_ptr<State> state_ = std::make_shared<State>();
};

}  // namespace punctual::detail
