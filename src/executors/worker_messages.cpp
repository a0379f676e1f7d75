#include "executors/worker_messages.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <type_traits>

namespace punctual::detail {

namespace {

// Both ends are the same program on the same machine, so numbers stand as they are in memory.
constexpr std::array<char, 4> mark = {'\xF0', 'P', 'N', '\x01'};

enum class Kind : std::uint32_t { setup = 1, ready, order, answer, progress };

struct Header {
    std::array<char, 4> mark;
    Kind kind;
    std::uint32_t length;
};

constexpr std::size_t read_at_once = std::size_t{64} << 10U;

// Writes the fields of one message behind its header.
class MessageWriter {
public:
    MessageWriter(std::string& bytes, Kind kind) : bytes_(bytes), start_(bytes.size()) {
        const Header header{.mark = mark, .kind = kind, .length = 0};
        append(&header, sizeof header);
    }
    MessageWriter(const MessageWriter&) = delete;
    MessageWriter& operator=(const MessageWriter&) = delete;
    ~MessageWriter() {
        const auto length = static_cast<std::uint32_t>(bytes_.size() - start_ - sizeof(Header));
        std::memcpy(bytes_.data() + start_ + offsetof(Header, length), &length, sizeof length);
    }

    template <class Number>
    requires std::is_arithmetic_v<Number> || std::is_enum_v<Number>
    void add(Number number) { append(&number, sizeof number); }
    void add(Duration length) { add(length.count()); }
    void add(Instant instant) { add(instant.time_since_epoch()); }
    void add(std::string_view text) {
        add(static_cast<std::uint32_t>(text.size()));
        bytes_.append(text);
    }

private:
    void append(const void* data, std::size_t size) {
        bytes_.append(static_cast<const char*>(data), size);
    }

    std::string& bytes_;
    std::size_t start_;
};

// Reads fields in the order in which they were written.
class FieldReader {
public:
    explicit FieldReader(std::string_view fields) : rest_(fields) {}

    template <class Number>
    requires std::is_arithmetic_v<Number> || std::is_enum_v<Number>
    void read(Number& number) {
        const std::string_view bytes = take(sizeof number);
        std::memcpy(&number, bytes.data(), sizeof number);
    }
    void read(bool& flag) {
        std::uint8_t number = 0;
        read(number);
        if (number > 1) throw ProtocolError("a message has a flag that is neither 0 nor 1");
        flag = number == 1;
    }
    void read(Duration& length) {
        Duration::rep count = 0;
        read(count);
        length = std::chrono::microseconds(count);
    }
    void read(Instant& instant) {
        Duration since_epoch{};
        read(since_epoch);
        instant = Instant(since_epoch);
    }
    void read(std::string_view& text) {
        std::uint32_t size = 0;
        read(size);
        text = take(size);
    }
    void expect_end() const {
        if (!rest_.empty()) throw ProtocolError("a message is longer than its fields");
    }

private:
    std::string_view take(std::size_t size) {
        if (size > rest_.size()) throw ProtocolError("a message ends within a field");
        const std::string_view bytes = rest_.substr(0, size);
        rest_.remove_prefix(size);
        return bytes;
    }

    std::string_view rest_;
};

void read_fields(FieldReader& fields, WorkerSetup& setup) {
    fields.read(setup.memory_limit);
    fields.read(setup.cpu_limit);
    fields.read(setup.reports_memory);
}

void read_fields(FieldReader&, WorkerReady&) {}

void read_fields(FieldReader& fields, RunOrder& order) {
    fields.read(order.sequence);
    fields.read(order.run_id);
    fields.read(order.scheduled);
    fields.read(order.due);
    fields.read(order.attempt);
    fields.read(order.job_id);
    fields.read(order.task);
    fields.read(order.arguments);
}

void read_fields(FieldReader& fields, RunAnswer& answer) {
    fields.read(answer.sequence);
    fields.read(answer.outcome);
    if (answer.outcome != RunState::succeeded && answer.outcome != RunState::failed &&
        answer.outcome != RunState::cancelled) {
        throw ProtocolError("a message has an outcome that no worker gives");
    }
    fields.read(answer.resident_bytes);
    fields.read(answer.reason);
    fields.read(answer.output);
    fields.read(answer.result);
}

void read_fields(FieldReader& fields, RunProgressed& progress) {
    fields.read(progress.sequence);
    fields.read(progress.fraction);
    if (!(progress.fraction >= 0 && progress.fraction <= 1)) {
        throw ProtocolError("a message has a fraction that is not from 0 to 1");
    }
    fields.read(progress.text);
}

template <class Message>
WorkerMessage read_message(std::string_view fields) {
    FieldReader reader(fields);
    Message message;
    read_fields(reader, message);
    reader.expect_end();
    return message;
}

WorkerMessage read_message(Kind kind, std::string_view fields) {
    switch (kind) {
        case Kind::setup:
            return read_message<WorkerSetup>(fields);
        case Kind::ready:
            return read_message<WorkerReady>(fields);
        case Kind::order:
            return read_message<RunOrder>(fields);
        case Kind::answer:
            return read_message<RunAnswer>(fields);
        case Kind::progress:
            return read_message<RunProgressed>(fields);
    }
    throw ProtocolError("a message is of the unknown kind " +
                        std::to_string(static_cast<std::uint32_t>(kind)));
}

// False as soon as the first byte is wrong: the rest of it may never come.
bool may_be_message(std::string_view bytes) {
    const std::string_view expected(mark.data(), mark.size());
    return expected.starts_with(bytes.substr(0, expected.size()));
}

}  // namespace

void append_message(std::string& bytes, const WorkerSetup& setup) {
    MessageWriter writer(bytes, Kind::setup);
    writer.add(setup.memory_limit);
    writer.add(setup.cpu_limit);
    writer.add(static_cast<std::uint8_t>(setup.reports_memory));
}

void append_message(std::string& bytes, const WorkerReady&) {
    const MessageWriter writer(bytes, Kind::ready);
}

void append_message(std::string& bytes, const RunOrder& order) {
    MessageWriter writer(bytes, Kind::order);
    writer.add(order.sequence);
    writer.add(order.run_id);
    writer.add(order.scheduled);
    writer.add(order.due);
    writer.add(order.attempt);
    writer.add(order.job_id);
    writer.add(order.task);
    writer.add(order.arguments);
}

void append_message(std::string& bytes, const RunAnswer& answer) {
    MessageWriter writer(bytes, Kind::answer);
    writer.add(answer.sequence);
    writer.add(answer.outcome);
    writer.add(answer.resident_bytes);
    writer.add(answer.reason);
    writer.add(answer.output);
    writer.add(answer.result);
}

void append_message(std::string& bytes, const RunProgressed& progress) {
    MessageWriter writer(bytes, Kind::progress);
    writer.add(progress.sequence);
    writer.add(progress.fraction);
    writer.add(progress.text);
}

std::size_t size_of(const RunOrder& order) {
    constexpr std::size_t numbers = 4 + 8 + 8 + 8 + 4 + 3 * 4;
    return numbers + order.job_id.size() + order.task.size() + order.arguments.size();
}

std::size_t size_of(const RunAnswer& answer) {
    constexpr std::size_t numbers = 4 + 1 + 8 + 3 * 4;
    return numbers + answer.reason.size() + answer.output.size() + answer.result.size();
}

std::span<char> MessageReader::space() {
    if (begin_ > 0) {
        std::memmove(buffer_.data(), buffer_.data() + begin_, end_ - begin_);
        end_ -= begin_;
        begin_ = 0;
    }
    if (end_ == 0 && buffer_.size() > 16 * read_at_once) buffer_ = std::string();
    // A long message grows its memory as it comes: its length alone is only a claim.
    const std::size_t wanted = std::min(std::max(needed_, end_ + 1), 2 * end_ + read_at_once);
    if (buffer_.size() < std::max(wanted, read_at_once)) {
        buffer_.resize(std::max(wanted, read_at_once));
    }
    return std::span(buffer_).subspan(end_);
}

std::optional<WorkerMessage> MessageReader::next() {
    try {
        return next_here();
    } catch (const ProtocolError&) {
        skip();
        throw;
    }
}

void MessageReader::skip() {
    needed_ = 0;
    std::string_view bytes(buffer_.data() + begin_, end_ - begin_);
    do {
        bytes.remove_prefix(std::min(bytes.find(mark.front(), 1), bytes.size()));
    } while (!may_be_message(bytes));
    begin_ = end_ - bytes.size();
}

std::optional<WorkerMessage> MessageReader::next_here() {
    const std::string_view bytes(buffer_.data() + begin_, end_ - begin_);
    if (!may_be_message(bytes)) throw ProtocolError("what came is no message");
    needed_ = sizeof(Header);
    if (bytes.size() < sizeof(Header)) return std::nullopt;
    Header header{};
    std::memcpy(&header, bytes.data(), sizeof header);
    if (header.length > longest_message) {
        throw ProtocolError("a message claims to have " + std::to_string(header.length) + " bytes");
    }
    needed_ = sizeof header + header.length;
    if (bytes.size() < needed_) return std::nullopt;
    WorkerMessage message = read_message(header.kind, bytes.substr(sizeof header, header.length));
    begin_ += needed_;
    return message;
}

}  // namespace punctual::detail
