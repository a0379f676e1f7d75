#pragma once
// Stands between a store and its server: cuts connections at a message of the test's choice, or
// keeps answers back.

#include <array>
#include <condition_variable>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

struct pollfd;

namespace punctual::contract {

/// Listens on a Unix socket and passes on what comes, between its clients and a server. *Thread
/// safety*: all functions may be called from any thread.
class CuttingProxy {
public:
    /// What is lost together with the connection; a late question arrives in the end.
    enum class Loss : unsigned char { question, answer, late_question };

    /// The server is at a Unix socket, or at a port of this machine: "/run/redis.sock", "27017".
    CuttingProxy(std::string socket_path, std::string server_address);
    ~CuttingProxy();
    CuttingProxy(const CuttingProxy&) = delete;
    CuttingProxy& operator=(const CuttingProxy&) = delete;

    [[nodiscard]] const std::string& socket_path() const { return socket_path_; }

    /// The `n`-th question, or answer, counted from now, does not arrive; nor does any after it.
    void cut_at(int n, Loss loss);
    /// The next question that has this word in it arrives, but its answer does not; nothing else is
    /// lost.
    void cut_answer_to(std::string word);
    /// Whether a message was lost since one of these was called.
    [[nodiscard]] bool has_cut() const;
    /// All is well again.
    void recover();
    /// Lets the questions that are late arrive, and waits until they are answered.
    void deliver_late_questions();

    /// Every client loses its connection; the server does not notice.
    void lose_clients();

    /// Answers are kept back, until `let_go`.
    void hold();
    void let_go();
    /// Waits until there is an answer that is kept back.
    void wait_until_holding();

private:
    struct Pair {
        int client;
        int server;
        bool is_leaking = false;  // when its client ends, the server is not told
        bool is_doomed = false;   // its next answer is lost
        bool is_gone = false;
    };

    void run();
    void wake();
    [[nodiscard]] std::vector<pollfd> sockets() const;
    void accept_client();
    void relay(Pair& pair, bool asks, bool answers);
    /// These are false if the connection is to be closed.
    [[nodiscard]] bool pass_question(Pair& pair);
    [[nodiscard]] bool pass_answer(Pair& pair);
    [[nodiscard]] bool is_cut(Loss kind);

    const std::string socket_path_;
    const std::string server_address_;
    int listener_ = -1;
    std::array<int, 2> wake_{};

    mutable std::mutex mutex_;
    std::condition_variable changed_;
    std::vector<Pair> pairs_;  // changed by the proxy's own thread only
    std::vector<int> leaked_;
    std::vector<std::pair<int, std::string>> late_;  // servers and what they are to be asked
    int left_ = -1;                                  // before one is cut; -1: none is
    Loss loss_ = Loss::question;
    std::string word_;
    bool has_cut_ = false;
    bool holds_ = false;
    bool is_holding_ = false;
    bool ends_ = false;
    std::thread thread_;
};

}  // namespace punctual::contract
