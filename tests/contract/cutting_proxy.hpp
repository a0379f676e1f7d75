#pragma once
// Cuts the connection between a store and its server, at a message of the test's choice.

#include <array>
#include <atomic>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace punctual::contract {

/// Listens on a Unix socket and passes on what comes, between its clients and a server.
class CuttingProxy {
public:
    /// What is lost together with the connection; a late question arrives in the end.
    enum class Loss : unsigned char { question, answer, late_question };

    /// The server is at a Unix socket, or at a port of this machine: "/run/redis.sock", "27017".
    CuttingProxy(std::string socket_path, std::string server_address);
    ~CuttingProxy();
    CuttingProxy(const CuttingProxy&) = delete;
    CuttingProxy& operator=(const CuttingProxy&) = delete;

    /// The `n`-th question, or answer, counted from now, does not arrive; nor does any after it.
    void cut_at(int n, Loss loss);
    /// All is well again.
    void recover();
    /// Lets the questions that are late arrive, and waits until they are answered.
    void deliver_late_questions();

private:
    struct Pair {
        int client;
        int server;
    };

    void run();
    void accept_client();
    [[nodiscard]] bool relay(const Pair& pair, bool asks, bool answers);
    /// False if the connection is to be closed.
    [[nodiscard]] bool pass_on(int from, int to, Loss kind);
    [[nodiscard]] bool is_cut(Loss kind);

    std::string server_address_;
    int listener_ = -1;
    std::array<int, 2> stop_{};
    std::vector<Pair> pairs_;
    std::mutex late_mutex_;
    std::vector<std::pair<int, std::string>> late_;  // servers and what they are to be asked
    std::atomic<int> left_;
    std::atomic<Loss> loss_ = Loss::question;
    std::thread thread_;
};

}  // namespace punctual::contract
