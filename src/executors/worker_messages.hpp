#pragma once
// What a pool of processes and its workers tell each other, and how that becomes bytes: a state
// machine without input or output. Each message is a frame: a mark, its kind, its length, and its
// fields. The mark tells a message from what a job wrote by mistake.
//
// To add a message, write its struct, put it into `WorkerMessage`, and give it an `append_message`
// and a `read_fields`.

#include <punctual/errors.hpp>
#include <punctual/run.hpp>
#include <punctual/time.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

namespace punctual::detail {

/// From the pool, before all else.
struct WorkerSetup {
    std::int64_t memory_limit = 0;
    Duration cpu_limit = unlimited;
    /// Whether answers tell how much memory is resident.
    bool reports_memory = false;

    friend bool operator==(const WorkerSetup&, const WorkerSetup&) = default;
};

/// From a worker: it has been set up, and takes runs.
struct WorkerReady {
    friend bool operator==(const WorkerReady&, const WorkerReady&) = default;
};

/// From the pool: a run to do. Its texts belong to whoever made it.
struct RunOrder {
    /// Counts what a worker was given: 1, 2, 3, …
    std::uint32_t sequence = 0;
    RunId run_id = 0;
    Instant scheduled{};
    Instant due{};
    std::int32_t attempt = 1;
    std::string_view job_id{};
    std::string_view task{};
    /// JSON, an array.
    std::string_view arguments{};

    friend bool operator==(const RunOrder&, const RunOrder&) = default;
};

/// From a worker: how a run went.
struct RunAnswer {
    std::uint32_t sequence = 0;
    /// succeeded, failed or cancelled.
    RunState outcome = RunState::succeeded;
    /// After the run; 0 unless it was asked for.
    std::int64_t resident_bytes = 0;
    std::string_view reason{};
    std::string_view output{};
    /// JSON; empty: null.
    std::string_view result{};

    friend bool operator==(const RunAnswer&, const RunAnswer&) = default;
};

/// From a worker, before its answer: how far a run is.
struct RunProgressed {
    std::uint32_t sequence = 0;
    /// From 0 to 1.
    double fraction = 0;
    std::string_view text{};

    friend bool operator==(const RunProgressed&, const RunProgressed&) = default;
};

using WorkerMessage = std::variant<WorkerSetup, WorkerReady, RunOrder, RunAnswer, RunProgressed>;

/// A message has at most so many bytes of fields.
inline constexpr std::size_t longest_message = std::size_t{64} << 20U;

void append_message(std::string& bytes, const WorkerSetup& setup);
void append_message(std::string& bytes, const WorkerReady& ready);
void append_message(std::string& bytes, const RunOrder& order);
void append_message(std::string& bytes, const RunAnswer& answer);
void append_message(std::string& bytes, const RunProgressed& progress);

/// How many bytes of fields the message would have.
[[nodiscard]] std::size_t size_of(const RunOrder& order);
[[nodiscard]] std::size_t size_of(const RunAnswer& answer);

/// Bytes that are no message.
class ProtocolError : public Error {
public:
    using Error::Error;
};

/// Takes bytes as they come and gives messages. *Thread safety*: distinct objects safe.
class MessageReader {
public:
    /// Where to put the next bytes; never empty. What `next` gave last is gone then.
    [[nodiscard]] std::span<char> space();
    /// So many bytes were put there.
    void filled(std::size_t count) { end_ += count; }
    /// The next message, whose texts are valid until the next call of `space`; nothing if it is not
    /// complete. *Throws* ProtocolError for what is none, and goes on in the next call where one
    /// may begin again.
    [[nodiscard]] std::optional<WorkerMessage> next();

private:
    [[nodiscard]] std::optional<WorkerMessage> next_here();
    void skip();

    std::string buffer_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    // What is known to be needed for the next message, counted from `begin_`.
    std::size_t needed_ = 0;
};

}  // namespace punctual::detail
