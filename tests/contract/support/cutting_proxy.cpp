#include "contract/support/cutting_proxy.hpp"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <algorithm>
#include <cstdint>
#include <cstring>
#include <stdexcept>

namespace punctual::contract {

namespace {

sockaddr_un address_of(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) throw std::runtime_error("too long: " + path);
    std::memcpy(address.sun_path, path.c_str(), path.size());
    return address;
}

template <class Address>
int connect_by(const Address& address, int family) {
    const int connected = socket(family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (connect(connected, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0) {
        return connected;
    }
    close(connected);
    return -1;
}

int connect_to(const std::string& server) {
    if (server.starts_with('/')) return connect_by(address_of(server), AF_UNIX);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(std::stoi(server)));
    return connect_by(address, AF_INET);
}

/// What has come; empty if nothing will any more. Messages of these tests come in one piece, or
/// nearly.
std::string receive(int socket) {
    std::string bytes(1 << 18, '\0');
    const ssize_t size = recv(socket, bytes.data(), bytes.size(), 0);
    bytes.resize(static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
    return bytes;
}

bool send_all(int socket, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t sent = send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return false;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
}

}  // namespace

CuttingProxy::CuttingProxy(std::string socket_path, std::string server_address)
    : socket_path_(std::move(socket_path)), server_address_(std::move(server_address)) {
    listener_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_un address = address_of(socket_path_);
    if (bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        listen(listener_, 16) != 0 || pipe(wake_.data()) != 0) {
        throw std::runtime_error("no socket " + socket_path_);
    }
    thread_ = std::thread([this] { run(); });
}

CuttingProxy::~CuttingProxy() {
    {
        const std::lock_guard lock(mutex_);
        ends_ = true;
    }
    wake();
    thread_.join();
    for (const Pair& pair : pairs_) {
        close(pair.client);
        close(pair.server);
    }
    for (const auto& [server, question] : late_) close(server);
    for (const int open : leaked_) close(open);
    for (const int open : {wake_[0], wake_[1], listener_}) close(open);
    unlink(socket_path_.c_str());
}

void CuttingProxy::cut_at(int n, Loss loss) {
    const std::lock_guard lock(mutex_);
    loss_ = loss;
    left_ = n - 1;
    has_cut_ = false;
}

void CuttingProxy::cut_answer_to(std::string word) {
    const std::lock_guard lock(mutex_);
    word_ = std::move(word);
    has_cut_ = false;
}

bool CuttingProxy::has_cut() const {
    const std::lock_guard lock(mutex_);
    return has_cut_;
}

void CuttingProxy::recover() {
    const std::lock_guard lock(mutex_);
    left_ = -1;
}

void CuttingProxy::deliver_late_questions() {
    const std::lock_guard lock(mutex_);
    for (const auto& [server, question] : late_) {
        if (send_all(server, question)) static_cast<void>(receive(server));
        close(server);
    }
    late_.clear();
}

void CuttingProxy::lose_clients() {
    const std::lock_guard lock(mutex_);
    for (Pair& pair : pairs_) {
        pair.is_leaking = true;
        shutdown(pair.client, SHUT_RDWR);
    }
}

void CuttingProxy::hold() {
    const std::lock_guard lock(mutex_);
    holds_ = true;
    is_holding_ = false;
}

void CuttingProxy::let_go() {
    {
        const std::lock_guard lock(mutex_);
        holds_ = false;
    }
    wake();
}

void CuttingProxy::wait_until_holding() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return is_holding_; });
}

// --- On the proxy's thread ---

void CuttingProxy::wake() {
    static_cast<void>(!write(wake_[1], "", 1));
}

std::vector<pollfd> CuttingProxy::sockets() const {
    const std::lock_guard lock(mutex_);
    std::vector<pollfd> sockets = {{.fd = wake_[0], .events = POLLIN, .revents = 0},
                                   {.fd = listener_, .events = POLLIN, .revents = 0}};
    for (const Pair& pair : pairs_) {
        sockets.push_back({.fd = pair.client, .events = POLLIN, .revents = 0});
        // Negative ones are passed over: an answer that is kept back stays in its socket.
        const bool is_awaited = !holds_ || !is_holding_;
        sockets.push_back({.fd = is_awaited ? pair.server : -1, .events = POLLIN, .revents = 0});
    }
    return sockets;
}

void CuttingProxy::run() {
    for (;;) {
        std::vector<pollfd> polled = sockets();
        if (poll(polled.data(), polled.size(), -1) < 0) continue;
        const std::lock_guard lock(mutex_);
        if (ends_) return;
        char byte = 0;
        if (polled[0].revents != 0) static_cast<void>(!read(wake_[0], &byte, 1));
        for (std::size_t i = 0; i < pairs_.size(); ++i) {
            relay(pairs_[i], polled[2 + 2 * i].revents != 0, polled[3 + 2 * i].revents != 0);
        }
        std::erase_if(pairs_, [](const Pair& pair) { return pair.is_gone; });
        if (polled[1].revents != 0) accept_client();
    }
}

void CuttingProxy::accept_client() {
    const Pair pair{.client = accept4(listener_, nullptr, nullptr, SOCK_CLOEXEC),
                    .server = connect_to(server_address_)};
    if (pair.server >= 0) {
        pairs_.push_back(pair);
    } else {
        close(pair.client);
    }
}

void CuttingProxy::relay(Pair& pair, bool asks, bool answers) {
    if (answers && holds_) {
        is_holding_ = true;
        changed_.notify_all();
    }
    if ((!asks || pass_question(pair)) && (!answers || holds_ || pass_answer(pair))) return;
    pair.is_gone = true;
    close(pair.client);
    const bool is_late = !late_.empty() && late_.back().first == pair.server;
    if (pair.is_leaking) {
        leaked_.push_back(pair.server);
    } else if (!is_late) {
        close(pair.server);
    }
}

bool CuttingProxy::pass_question(Pair& pair) {
    const std::string bytes = receive(pair.client);
    if (bytes.empty()) return false;
    if (is_cut(Loss::question)) {
        if (loss_ == Loss::late_question) late_.emplace_back(pair.server, bytes);
        return false;
    }
    if (!word_.empty() && bytes.find(word_) != std::string::npos) {
        word_.clear();
        pair.is_doomed = true;
    }
    return send_all(pair.server, bytes);
}

bool CuttingProxy::pass_answer(Pair& pair) {
    const std::string bytes = receive(pair.server);
    if (bytes.empty() || is_cut(Loss::answer)) return false;
    if (pair.is_doomed) {
        // The answer is here, so the server has done it.
        has_cut_ = true;
        return false;
    }
    return send_all(pair.client, bytes);
}

bool CuttingProxy::is_cut(Loss kind) {
    const bool is_meant = kind == loss_ || (kind == Loss::question && loss_ == Loss::late_question);
    if (left_ < 0 || !is_meant) return false;
    if (left_ > 0) {
        --left_;
        return false;
    }
    has_cut_ = true;
    return true;
}

}  // namespace punctual::contract
