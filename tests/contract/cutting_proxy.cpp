#include "contract/cutting_proxy.hpp"

#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <algorithm>
#include <cstring>
#include <stdexcept>

namespace punctual::contract {

namespace {

constexpr int never_cut = 1 << 30;

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

}  // namespace

CuttingProxy::CuttingProxy(std::string socket_path, std::string server_address)
    : server_address_(std::move(server_address)), left_(never_cut) {
    listener_ = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_un address = address_of(socket_path);
    if (bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        listen(listener_, 16) != 0 || pipe(stop_.data()) != 0) {
        throw std::runtime_error("no socket " + socket_path);
    }
    thread_ = std::thread([this] { run(); });
}

CuttingProxy::~CuttingProxy() {
    close(stop_[1]);
    thread_.join();
    close(stop_[0]);
    close(listener_);
    for (const Pair& pair : pairs_) {
        close(pair.client);
        close(pair.server);
    }
    for (const auto& [server, question] : late_) close(server);
}

void CuttingProxy::cut_at(int n, Loss loss) {
    loss_ = loss;
    left_ = n - 1;
}

void CuttingProxy::recover() {
    left_ = never_cut;
}

void CuttingProxy::run() {
    for (;;) {
        std::vector<pollfd> polled = {{.fd = stop_[0], .events = POLLIN, .revents = 0},
                                      {.fd = listener_, .events = POLLIN, .revents = 0}};
        for (const Pair& pair : pairs_) {
            polled.push_back({.fd = pair.client, .events = POLLIN, .revents = 0});
            polled.push_back({.fd = pair.server, .events = POLLIN, .revents = 0});
        }
        if (poll(polled.data(), polled.size(), -1) < 0) continue;
        if (polled[0].revents != 0) return;
        std::vector<Pair> kept;
        for (std::size_t i = 0; i < pairs_.size(); ++i) {
            const bool asks = polled[2 + 2 * i].revents != 0;
            const bool answers = polled[3 + 2 * i].revents != 0;
            if (relay(pairs_[i], asks, answers)) kept.push_back(pairs_[i]);
        }
        pairs_ = std::move(kept);
        if (polled[1].revents != 0) accept_client();
    }
}

void CuttingProxy::accept_client() {
    const Pair pair{.client = accept(listener_, nullptr, nullptr),
                    .server = connect_to(server_address_)};
    if (pair.server >= 0) {
        pairs_.push_back(pair);
    } else {
        close(pair.client);
    }
}

bool CuttingProxy::relay(const Pair& pair, bool asks, bool answers) {
    if (asks && !pass_on(pair.client, pair.server, Loss::question)) {
        close(pair.client);
        const std::lock_guard lock(late_mutex_);
        const bool is_late = !late_.empty() && late_.back().first == pair.server;
        if (!is_late) close(pair.server);
        return false;
    }
    if (answers && !pass_on(pair.server, pair.client, Loss::answer)) {
        close(pair.client);
        close(pair.server);
        return false;
    }
    return true;
}

bool CuttingProxy::is_cut(Loss kind) {
    const bool is_meant = kind == loss_ || (kind == Loss::question && loss_ == Loss::late_question);
    if (left_ == never_cut || !is_meant) return false;
    if (left_ > 0) {
        --left_;
        return false;
    }
    return true;
}

bool CuttingProxy::pass_on(int from, int to, Loss kind) {
    // Messages of these tests are shorter, and come in one piece.
    std::array<char, 1 << 18> bytes;
    const ssize_t size = recv(from, bytes.data(), bytes.size(), 0);
    if (size <= 0) return false;
    const auto count = static_cast<std::size_t>(size);
    if (is_cut(kind)) {
        const std::lock_guard lock(late_mutex_);
        if (loss_ == Loss::late_question) late_.emplace_back(to, std::string(bytes.data(), count));
        return false;
    }
    return send(to, bytes.data(), count, MSG_NOSIGNAL) == size;
}

void CuttingProxy::deliver_late_questions() {
    const std::lock_guard lock(late_mutex_);
    for (const auto& [server, question] : late_) {
        std::array<char, 1 << 16> answer;
        if (send(server, question.data(), question.size(), MSG_NOSIGNAL) > 0) {
            static_cast<void>(!recv(server, answer.data(), answer.size(), 0));
        }
        close(server);
    }
    late_.clear();
}

}  // namespace punctual::contract
