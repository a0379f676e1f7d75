#include "contract/redis_server.hpp"

#include <punctual/stores/redis.hpp>

#include <gtest/gtest.h>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <stdexcept>

namespace punctual::contract {

std::optional<std::string> shared_redis_url() {
    const char* url = std::getenv("PUNCTUAL_TEST_REDIS_URL");
    return url == nullptr ? std::nullopt : std::optional<std::string>(url);
}

void skip_without_redis() {
    GTEST_SKIP() << "there is no Redis server: run script/test-servers ctest …";
}

std::string make_redis_prefix() {
    static std::atomic<int> number = 0;
    return "test-" + std::to_string(getpid()) + "-" + std::to_string(++number);
}

std::string find_free_port() {
    const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    const bool found = bind(listener, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                       getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) == 0;
    close(listener);
    if (!found) throw std::runtime_error("no free port");
    return std::to_string(ntohs(address.sin_port));
}

// --- Clients ---

namespace {

std::string text_of(const redisReply& reply) {
    switch (reply.type) {
        case REDIS_REPLY_INTEGER:
            return std::to_string(reply.integer);
        case REDIS_REPLY_NIL:
            return "(nil)";
        case REDIS_REPLY_ERROR:
            return "-" + std::string(reply.str, reply.len);
        case REDIS_REPLY_ARRAY:
            return "(" + std::to_string(reply.elements) + ")";
        default:
            return {reply.str, reply.len};
    }
}

using Reply =
    std::unique_ptr<redisReply, decltype([](redisReply* reply) { freeReplyObject(reply); })>;

Reply ask(redisContext* context, const std::vector<std::string>& words) {
    std::vector<const char*> texts;
    std::vector<std::size_t> sizes;
    for (const std::string& word : words) {
        texts.push_back(word.data());
        sizes.push_back(word.size());
    }
    Reply reply(static_cast<redisReply*>(
        redisCommandArgv(context, static_cast<int>(words.size()), texts.data(), sizes.data())));
    if (reply == nullptr) throw std::runtime_error(context->errstr);
    return reply;
}

}  // namespace

RedisClient::RedisClient(const std::string& socket_path)
    : context_(redisConnectUnix(socket_path.c_str())) {
    if (context_ == nullptr || context_->err != 0) {
        throw std::runtime_error("no server at " + socket_path);
    }
}

std::string RedisClient::command(const std::vector<std::string>& words) {
    return text_of(*ask(context_.get(), words));
}

std::vector<std::string> RedisClient::list(const std::vector<std::string>& words) {
    const Reply reply = ask(context_.get(), words);
    std::vector<std::string> texts;
    for (std::size_t i = 0; i < reply->elements; ++i) texts.push_back(text_of(*reply->element[i]));
    return texts;
}

void RedisClient::remove_keys(const std::string& prefix) {
    for (const std::string& key : list({"KEYS", "{" + prefix + "}:*"})) command({"DEL", key});
}

// --- Stores ---

RedisHost::RedisHost() {
    if (!is_there()) skip_without_redis();
}

RedisHost::~RedisHost() {
    if (is_there()) RedisClient(address()).remove_keys(prefix_);
}

std::string RedisHost::address() {
    const std::string url = shared_redis_url().value();
    return url.substr(url.find("://") + 3);
}

std::shared_ptr<JobStore> RedisHost::connect() {
    // Of a test that is skipped, the store is opened and closed all the same.
    return is_there() ? make_redis_store(url()) : make_memory_store();
}

// --- Servers ---

RedisServer::RedisServer(std::vector<std::string> options)
    : ServerProcess({}, SIGKILL), options_(std::move(options)) {
    start();
}

bool RedisServer::can_start() {
    // Where the tests share a server there is one to start.
    return shared_redis_url().has_value();
}

std::vector<std::string> RedisServer::command() const {
    std::vector<std::string> words = {"redis-server", "--port",      "0",
                                      "--unixsocket", socket_path(), "--dir",
                                      file(""),       "--save",      ""};
    words.insert(words.end(), options_.begin(), options_.end());
    return words;
}

bool RedisServer::is_ready() const {
    try {
        const std::string answer = RedisClient(socket_path()).command({"PING"});
        return answer == "PONG" || answer.starts_with("-NOAUTH");
    } catch (const std::runtime_error&) {
        return false;
    }
}

}  // namespace punctual::contract
