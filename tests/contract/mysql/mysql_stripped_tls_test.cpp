// A server, or somebody on the way to it, says that there is no TLS and asks for the password.

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <stdexcept>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "contract/support/refusal.hpp"

namespace punctual::contract {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

using namespace std::string_literals;

/// Speaks with one client: as a MariaDB without TLS that wants the password as it is.
class AskingServer {
public:
    AskingServer() {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        auto* const any = reinterpret_cast<sockaddr*>(&address);
        const timeval patience{.tv_sec = 10, .tv_usec = 0};
        setsockopt(listener_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
        if (bind(listener_, any, size) != 0 || listen(listener_, 1) != 0 ||
            getsockname(listener_, any, &size) != 0) {
            throw std::runtime_error("no socket to listen on");
        }
        port_ = std::to_string(ntohs(address.sin_port));
        thread_ = std::thread([this] { serve(); });
    }
    ~AskingServer() {
        if (thread_.joinable()) thread_.join();
        close(listener_);
    }
    AskingServer(const AskingServer&) = delete;
    AskingServer& operator=(const AskingServer&) = delete;

    [[nodiscard]] const std::string& port() const { return port_; }
    /// All that the client said; waits for its end.
    [[nodiscard]] const std::string& heard() {
        thread_.join();
        return heard_;
    }

private:
    void serve() {
        const int client = accept(listener_, nullptr, nullptr);
        if (client < 0) return;
        // "Connection Phase" in MariaDB's manual: a protocol of version 4.1 with methods of
        // authentication, and no TLS.
        send_packet(client, 0,
                    "\x0a"
                    "10.11.0-MariaDB\0"
                    "\1\0\0\0"
                    "abcdefgh\0"
                    "\x09\x82\x2d\2\0\x08\0\x15"
                    "\0\0\0\0\0\0\0\0\0\0"
                    "abcdefghijkl\0"
                    "mysql_native_password\0"s);
        hear(client);
        send_packet(client, 2, "\xfemysql_clear_password\0"s);
        hear(client);
        close(client);
    }
    static void send_packet(int client, char number, const std::string& body) {
        const std::string packet = static_cast<char>(body.size()) + "\0\0"s + number + body;
        send(client, packet.data(), packet.size(), MSG_NOSIGNAL);
    }
    void hear(int client) {
        char bytes[1024];
        const ssize_t count = recv(client, bytes, sizeof bytes, 0);
        if (count > 0) heard_.append(bytes, static_cast<std::size_t>(count));
    }

    int listener_ = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    std::string port_;
    std::string heard_;
    std::thread thread_;
};

TEST(MysqlStrippedTls, GetsNoPasswordWhereAnAuthorityIsAskedFor) {
    const std::vector<std::pair<std::string, std::string>> modes = {
        {"VERIFY_CA", "no password is told as it is"},
        {"VERIFY_IDENTITY", "SSL is required, but the server does not support it"}};
    for (const auto& [mode, reason] : modes) {
        AskingServer server;
        EXPECT_THAT(refusal_at("mysql://app:secret@127.0.0.1:" + server.port() +
                               "/app?ssl-ca=/dev/null&ssl-mode=" + mode),
                    HasSubstr(reason));
        EXPECT_THAT(server.heard(), Not(HasSubstr("secret"))) << mode;
    }
}

TEST(MysqlStrippedTls, GetsThePasswordWhereNoneIsAskedFor) {
    AskingServer server;
    EXPECT_NE(refusal_at("mysql://app:secret@127.0.0.1:" + server.port() + "/app"), "it worked");
    EXPECT_THAT(server.heard(), HasSubstr("secret"));
}

}  // namespace
}  // namespace punctual::contract
