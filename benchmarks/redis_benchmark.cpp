// Jobs on a Redis server: bare hiredis writes what the store writes, 500 jobs in one pipeline. The
// server is a private one that writes a log, synced each second.

#include <fcntl.h>
#include <hiredis/hiredis.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>

#include "store_benchmark.hpp"
#include "temporary_folder.hpp"

namespace punctual::benchmarks {
namespace {

class Client {
public:
    explicit Client(const std::string& socket_path)
        : context_(redisConnectUnix(socket_path.c_str()), redisFree) {}

    [[nodiscard]] bool is_connected() const { return context_ != nullptr && context_->err == 0; }
    /// Sends it with the others, when the answers are read.
    template <class... Words>
    void append(const char* format, Words... words) {
        if (redisAppendCommand(context_.get(), format, words...) != REDIS_OK)
            throw std::runtime_error(context_->errstr);
        ++pending_;
    }
    void read_answers() {
        for (; pending_ > 0; --pending_) {
            void* reply = nullptr;
            if (redisGetReply(context_.get(), &reply) != REDIS_OK)
                throw std::runtime_error(context_->errstr);
            const bool failed = static_cast<redisReply*>(reply)->type == REDIS_REPLY_ERROR;
            freeReplyObject(reply);
            if (failed) throw std::runtime_error("Redis refused a command");
        }
    }

private:
    std::unique_ptr<redisContext, decltype(&redisFree)> context_;
    int pending_ = 0;
};

class Server {
public:
    Server() {
        process_ = fork();
        if (process_ == 0) {
            const int nowhere = open("/dev/null", O_WRONLY);
            dup2(nowhere, STDOUT_FILENO);
            dup2(nowhere, STDERR_FILENO);
            execlp("redis-server", "redis-server", "--port", "0", "--unixsocket",
                   socket_path().c_str(), "--dir", folder_.file("").c_str(), "--save", "",
                   "--appendonly", "yes", "--appendfsync", "everysec", static_cast<char*>(nullptr));
            _exit(127);
        }
        for (int i = 0; i < 500 && !Client(socket_path()).is_connected(); ++i) {
            std::this_thread::sleep_for(10ms);
        }
    }
    ~Server() {
        kill(process_, SIGKILL);
        waitpid(process_, nullptr, 0);
    }
    Server(const Server&) = delete;
    Server& operator=(const Server&) = delete;

    [[nodiscard]] bool runs() const { return Client(socket_path()).is_connected(); }
    [[nodiscard]] std::string socket_path() const { return folder_.file("redis.sock"); }

private:
    TemporaryFolder folder_;
    pid_t process_ = -1;
};

class RedisPlace final : public StorePlace {
public:
    RedisPlace() {
        if (!server_.runs()) throw std::runtime_error("install redis-server");
    }
    [[nodiscard]] std::string url() const override {
        return "redis+unix://" + server_.socket_path();
    }
    void add_bare(int count) override;
    void fire_bare(int count, bool history) override;

private:
    void settle(int job, bool history);
    void claim(int job, int next);

    Server server_;
    Client client_{server_.socket_path()};
};

/// Of a job's version, state and times.
constexpr const char* plan = "0 0 1735689600000000 1735689600000000 1735689600000000";

void RedisPlace::add_bare(int count) {
    const JobTexts& texts = job_texts();
    for (int first = 0; first < count; first += batch_size) {
        for (int i = first; i < first + batch_size; ++i) {
            client_.append("HSET ids job-%d %015d", i, i);
            client_.append("HSET job:%015d id job-%d executor default plan %s running 0 rank 15", i,
                           i, plan);
            client_.append(
                "HSET definition:%015d version 0 added_at 0 task %s arguments %s trigger %s "
                "options %s",
                i, texts.task.c_str(), texts.arguments.c_str(), texts.trigger.c_str(),
                texts.options.c_str());
            client_.append("ZADD due %d 15:%015d", i, i);
            client_.append("ZADD jobs %d %015d", i, i);
        }
        client_.read_answers();
    }
}

void RedisPlace::settle(int job, bool history) {
    client_.append("HDEL runs %d", job);
    client_.append("HINCRBY job:%015d running -1", job);
    if (!history) return;
    client_.append(
        "ZADD history %d %d_1735689600000000_9_1735689600000000_1735689600000000_1_"
        "1735689600000000_1735689600000000_succeeded_1_0_0_job-%d",
        job, job, job);
    client_.append("ZADD history:job-%d %d %d", job, job, job);
}

void RedisPlace::claim(int job, int next) {
    client_.append("HSET job:%015d plan %s running 1", job, plan);
    client_.append("ZADD due %d 15:%015d", next, job);
    client_.append("ZADD jobs %d %015d", next, job);
    client_.append(
        "HSET runs %d 1_1735689600000000_%015d_1735689600000000_1735689600000000_0_owner_job-%d",
        job, job, job);
}

void RedisPlace::fire_bare(int count, bool history) {
    pass_over_jobs(
        count, [] {},
        [&](int first) {
            for (int i = first; i < first + batch_size; ++i) settle(i, history);
        },
        [&](int first) {
            for (int i = first; i < first + batch_size; ++i) claim(i, i + count);
        },
        [&] { client_.read_answers(); });
}

std::unique_ptr<StorePlace> make_place() {
    return std::make_unique<RedisPlace>();
}

const bool is_registered = measure_store({.name = "redis", .make_place = make_place});

}  // namespace
}  // namespace punctual::benchmarks
