#include "contract/postgresql/private_server.hpp"

#include <libpq-fe.h>
#include <csignal>
#include <cstdlib>
#include <stdexcept>
#include <utility>

namespace punctual::contract {

namespace {

std::string program(const std::string& name) {
    const char* programs = std::getenv("PUNCTUAL_TEST_POSTGRESQL_PROGRAMS");
    if (programs == nullptr) throw std::runtime_error("run this by script/test-servers");
    return std::string(programs) + "/" + name;
}

}  // namespace

// PostgreSQL refuses to run as root. To its children a signal that none can catch would be no word.
PrivatePostgresql::PrivatePostgresql(std::string port, std::vector<std::string> arguments)
    : ServerProcess("postgres", SIGQUIT), port_(std::move(port)), arguments_(std::move(arguments)) {
    run({program("initdb"), "-D", file("data"), "-U", "punctual", "-A", "trust", "-E", "UTF8",
         "--locale=C", "--no-sync"});
    start();
}

std::vector<std::string> PrivatePostgresql::command() const {
    std::vector<std::string> words = {
        program("postgres"),
        "-D",
        file("data"),
        "-c",
        port_.empty() ? "listen_addresses=" : "listen_addresses=127.0.0.1",
        "-c",
        "unix_socket_directories=" + file("")};
    if (!port_.empty()) words.insert(words.end(), {"-p", port_});
    words.insert(words.end(), arguments_.begin(), arguments_.end());
    return words;
}

bool PrivatePostgresql::is_ready() const {
    return PQping(url().c_str()) == PQPING_OK;
}

}  // namespace punctual::contract
