#include "contract/mysql/leaky_proxy.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstring>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

namespace punctual::contract {

namespace {

sockaddr_un address_of(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof(address.sun_path)) throw std::runtime_error("too long: " + path);
    std::memcpy(address.sun_path, path.data(), path.size());
    return address;
}

int make_socket(const std::string& path, decltype(&::connect) attach) {
    const int socket = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_un address = address_of(path);
    if (attach(socket, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0) {
        ::close(socket);
        throw std::runtime_error("no socket at " + path);
    }
    return socket;
}

// False if there is nothing more to come.
bool pass_on(int from, int to) {
    std::array<char, 65536> bytes;
    const ssize_t count = ::read(from, bytes.data(), bytes.size());
    for (ssize_t done = 0; done < count;) {
        const ssize_t written =
            ::send(to, bytes.data() + done, static_cast<std::size_t>(count - done), MSG_NOSIGNAL);
        if (written <= 0) return false;
        done += written;
    }
    return count > 0;
}

}  // namespace

struct LeakyProxy::State {
    struct Pair {
        int client;
        int server;
    };

    std::string path;
    std::string server;
    int listener = -1;
    std::mutex mutex;
    std::vector<Pair> pairs;
    std::vector<int> leaked;
    std::atomic<bool> ends = false;
    std::thread thread;

    void run() {
        while (!ends) {
            const std::lock_guard lock(mutex);
            std::vector<pollfd> sockets = {{.fd = listener, .events = POLLIN, .revents = 0}};
            for (const Pair& pair : pairs) {
                sockets.push_back({.fd = pair.client, .events = POLLIN, .revents = 0});
                sockets.push_back({.fd = pair.server, .events = POLLIN, .revents = 0});
            }
            poll(sockets.data(), sockets.size(), 1);
            for (std::size_t i = pairs.size(); i > 0; --i) {
                const Pair pair = pairs[i - 1];
                const bool goes_on =
                    (sockets[2 * i - 1].revents == 0 || pass_on(pair.client, pair.server)) &&
                    (sockets[2 * i].revents == 0 || pass_on(pair.server, pair.client));
                if (goes_on) continue;
                ::close(pair.client);
                ::close(pair.server);
                pairs.erase(pairs.begin() + static_cast<std::ptrdiff_t>(i - 1));
            }
            if (sockets[0].revents != 0) {
                pairs.push_back(
                    {::accept(listener, nullptr, nullptr), make_socket(server, ::connect)});
            }
        }
    }
};

LeakyProxy::LeakyProxy(std::string path, std::string server) : state_(std::make_unique<State>()) {
    state_->path = std::move(path);
    state_->server = std::move(server);
    state_->listener = make_socket(state_->path, ::bind);
    ::listen(state_->listener, 16);
    state_->thread = std::thread([state = state_.get()] { state->run(); });
}

LeakyProxy::~LeakyProxy() {
    state_->ends = true;
    state_->thread.join();
    ::close(state_->listener);
    for (const auto& [client, server] : state_->pairs) {
        ::close(client);
        ::close(server);
    }
    for (const int socket : state_->leaked) ::close(socket);
    ::unlink(state_->path.c_str());
}

void LeakyProxy::lose_clients() {
    const std::lock_guard lock(state_->mutex);
    for (const auto& [client, server] : state_->pairs) {
        ::close(client);
        state_->leaked.push_back(server);
    }
    state_->pairs.clear();
}

}  // namespace punctual::contract
