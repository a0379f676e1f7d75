#include "contract/postgresql/cutting_proxy.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <stdexcept>
#include <string_view>
#include <vector>

namespace punctual::contract {

namespace {

sockaddr_un address_of(const std::string& folder) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    const std::string path = folder + "/.s.PGSQL.5432";
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    return address;
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

CuttingProxy::CuttingProxy(std::string server)
    : server_(std::move(server)), listener_(socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const sockaddr_un address = address_of(host());
    if (bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 ||
        listen(listener_, 8) != 0) {
        throw std::runtime_error("no socket in " + host());
    }
    thread_ = std::thread([this] { serve(); });
}

CuttingProxy::~CuttingProxy() {
    stopping_ = true;
    thread_.join();
    close(listener_);
}

void CuttingProxy::serve() {
    std::vector<std::thread> lines;
    while (!stopping_) {
        pollfd waiting{.fd = listener_, .events = POLLIN, .revents = 0};
        if (poll(&waiting, 1, 20) <= 0) continue;
        lines.emplace_back([this, client = accept(listener_, nullptr, nullptr)] {
            pass_on(client);
            close(client);
        });
    }
    for (std::thread& line : lines) line.join();
}

void CuttingProxy::pass_on(int client) {
    const int server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_un address = address_of(server_);
    bool open = connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    bool cutting = false;
    char buffer[65536];
    while (open && !stopping_) {
        pollfd ends[] = {{.fd = client, .events = POLLIN, .revents = 0},
                         {.fd = server, .events = POLLIN, .revents = 0}};
        if (poll(ends, 2, 20) <= 0) continue;
        for (int i = 0; i < 2 && open; ++i) {
            if (ends[i].revents == 0) continue;
            const ssize_t read = recv(ends[i].fd, buffer, sizeof buffer, 0);
            if (read <= 0) open = false;
            const std::string_view bytes(buffer,
                                         static_cast<std::size_t>(std::max<ssize_t>(read, 0)));
            if (i == 0 && armed_ && bytes.find("COMMIT") != std::string_view::npos) {
                armed_ = false;
                cutting = true;
            } else if (i == 1 && cutting) {
                // The answer is here, so the server has done it.
                has_cut_ = true;
                open = false;
                break;
            }
            if (open) open = send_all(ends[1 - i].fd, bytes);
        }
    }
    close(server);
}

}  // namespace punctual::contract
