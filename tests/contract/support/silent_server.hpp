#pragma once
// A server that is there and says nothing.

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <stdexcept>
#include <string>

namespace punctual::contract {

/// Takes connections, and says nothing, as a machine that hangs.
class SilentServer {
public:
    /// On any port that is free, unless one is named.
    explicit SilentServer(const std::string& host = "127.0.0.1", const std::string& port = "0") {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = inet_addr(host.c_str());
        address.sin_port = htons(static_cast<std::uint16_t>(std::stoul(port)));
        socklen_t size = sizeof address;
        auto* const any = reinterpret_cast<sockaddr*>(&address);
        if (bind(socket_, any, size) != 0 || listen(socket_, 16) != 0 ||
            getsockname(socket_, any, &size) != 0) {
            throw std::runtime_error("no socket to listen on");
        }
        port_ = std::to_string(ntohs(address.sin_port));
    }
    ~SilentServer() { close(socket_); }
    SilentServer(const SilentServer&) = delete;
    SilentServer& operator=(const SilentServer&) = delete;

    [[nodiscard]] const std::string& port() const { return port_; }

private:
    int socket_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    std::string port_;
};

}  // namespace punctual::contract
