#include "stores/redis/connection.hpp"

#include <fmt/format.h>
#include <sys/socket.h>
#include <cerrno>
#include <system_error>
#include <utility>

namespace punctual::detail {

namespace {

timeval to_timeval(Duration length) {
    return {.tv_sec = length.count() / 1'000'000, .tv_usec = length.count() % 1'000'000};
}

std::string reason_of(int error) {
    return std::generic_category().message(error);
}

}  // namespace

std::string key_prefix_of(const RedisLocation& location) {
    return "{" + location.prefix + "}:";
}

void RedisConnection::connect() {
    context_.reset();
    if (location_.socket_path.empty()) {
        connect_to_host();
        redisEnableKeepAlive(context_.get());
    } else {
        context_.reset(redisConnectUnixWithTimeout(location_.socket_path.c_str(),
                                                   to_timeval(location_.connect_timeout)));
        if (context_ == nullptr) lost("no memory for a connection");
        if (context_->err != 0) lost(context_->errstr);
    }
    set_timeout(location_.answer_timeout);
    log_in();
    if (++connections_ > 1) check_store();
}

// hiredis tries only the first address of a name, unless there is no way to it.
void RedisConnection::connect_to_host() {
    std::vector<std::string> addresses;
    try {
        addresses = resolver_(location_.host);
    } catch (const ValueError& error) {
        lost(error.what());
    }
    std::string reasons;
    for (const std::string& address : addresses) {
        std::string reason = try_address(address);
        // Where another one may do better, whoever takes connections and says nothing is not there.
        const bool is_last = address == addresses.back();
        if (reason.empty() && !is_last && !answers()) reason = "no answer";
        if (reason.empty()) return;
        if (!reasons.empty()) reasons += "; ";
        reasons += addresses.size() > 1 ? fmt::format("{}: {}", address, reason) : reason;
    }
    lost(reasons);
}

std::string RedisConnection::try_address(const std::string& address) {
    context_.reset(redisConnectWithTimeout(address.c_str(), location_.port,
                                           to_timeval(location_.connect_timeout)));
    if (context_ == nullptr) return "no memory for a connection";
    return context_->err == 0 ? "" : context_->errstr;
}

void RedisConnection::set_timeout(Duration timeout) {
    timeout_ = timeout;
    redisSetTimeout(context_.get(), to_timeval(timeout));
}

// An answer may be that a password is wanted.
bool RedisConnection::answers() {
    set_timeout(location_.connect_timeout);
    try {
        static_cast<void>(exchange({"PING"}));
        return true;
    } catch (const StoreUnavailableError&) {
        return false;
    }
}

// A server that was restarted without what it had would otherwise look like one without jobs.
void RedisConnection::check_store() {
    const RedisReply reply = exchange({"EXISTS", key_prefix_of(location_) + "store"});
    check(reply);
    if (reply.value().integer() == 1) return;
    context_.reset();
    throw_redis_error(location_.describe(), "PUNCTUAL_EMPTY");
}

void RedisConnection::log_in() {
    if (!location_.password.empty() || !location_.user.empty()) {
        RedisCommand command{"AUTH"};
        if (!location_.user.empty()) command.add(location_.user);
        command.add(location_.password);
        check(exchange(command));
    }
    if (location_.database != 0) {
        RedisCommand command{"SELECT"};
        check(exchange(command.add(std::int64_t{location_.database})));
    }
}

// A connection that was closed while it was idle is found out before anything is sent: then it is
// certain that nothing was done, and a new one can be made without a word.
bool RedisConnection::is_alive() const {
    if (context_ == nullptr || context_->err != 0) return false;
    char byte = 0;
    const ssize_t received = recv(context_->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return received < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

RedisReply RedisConnection::run(const RedisCommand& command) {
    return std::move(run_all(std::span(&command, 1)).front());
}

std::vector<RedisReply> RedisConnection::run_all(std::span<const RedisCommand> commands) {
    if (!is_alive()) connect();
    std::string bytes;
    for (const RedisCommand& command : commands) command.write(bytes);
    send(bytes);
    std::vector<RedisReply> replies;
    replies.reserve(commands.size());
    for (std::size_t i = 0; i < commands.size(); ++i) replies.push_back(receive());
    for (const RedisReply& reply : replies) check(reply);
    return replies;
}

RedisReply RedisConnection::run(RedisScript script, const RedisCommand& arguments, Duration extra) {
    if (!is_alive()) connect();
    if (extra > 0s) set_timeout(location_.answer_timeout + extra);
    std::string& hash = hashes_[static_cast<std::size_t>(script)];
    if (hash.empty()) load(script);
    const bool was_uncertain = std::exchange(is_uncertain_, true);
    RedisReply reply = exchange(RedisCommand{"EVALSHA", hash}.add_all(arguments));
    is_uncertain_ = was_uncertain;
    // The server was restarted or told to forget its scripts: it did nothing yet.
    if (reply.error().starts_with("NOSCRIPT")) {
        load(script);
        is_uncertain_ = true;
        reply = exchange(RedisCommand{"EVALSHA", hash}.add_all(arguments));
        is_uncertain_ = was_uncertain;
    }
    if (extra > 0s) set_timeout(location_.answer_timeout);
    check(reply);
    return reply;
}

void RedisConnection::load(RedisScript script) {
    const RedisReply reply = exchange({"SCRIPT", "LOAD", text_of(script)});
    check(reply);
    hashes_[static_cast<std::size_t>(script)] = reply.value().text();
}

RedisReply RedisConnection::exchange(const RedisCommand& command) {
    std::string bytes;
    command.write(bytes);
    send(bytes);
    return receive();
}

// hiredis would write with a signal, SIGPIPE, for a connection that is gone.
void RedisConnection::send(const std::string& bytes) {
    std::size_t sent = 0;
    while (sent < bytes.size()) {
        const ssize_t count =
            ::send(context_->fd, bytes.data() + sent, bytes.size() - sent, MSG_NOSIGNAL);
        if (count >= 0) {
            sent += static_cast<std::size_t>(count);
        } else if (errno != EINTR) {
            lost(errno == EAGAIN ? "it takes nothing more" : reason_of(errno));
        }
    }
}

RedisReply RedisConnection::receive() {
    void* reply = nullptr;
    if (redisGetReply(context_.get(), &reply) == REDIS_OK) {
        return RedisReply(static_cast<redisReply*>(reply));
    }
    if (context_->err == REDIS_ERR_IO && (errno == EAGAIN || errno == EWOULDBLOCK)) {
        lost(fmt::format("no answer within {}", format_duration(timeout_)));
    }
    lost(context_->errstr);
}

void RedisConnection::lost(const std::string& reason) {
    // What still comes belongs to a question that nobody waits for.
    context_.reset();
    throw StoreUnavailableError(
        fmt::format("{} cannot be reached: {}", location_.describe(), reason));
}

void RedisConnection::check(const RedisReply& reply) {
    const std::string_view error = reply.error();
    if (error.empty()) return;
    const std::string text(error);
    // A server that became a replica may not be the one that its name stands for by now.
    if (text.starts_with("READONLY")) context_.reset();
    throw_redis_error(location_.describe(), text);
}

}  // namespace punctual::detail
