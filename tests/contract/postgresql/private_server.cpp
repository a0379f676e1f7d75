#include "contract/postgresql/private_server.hpp"

#include <libpq-fe.h>
#include <csignal>
#include <cstdlib>
#include <stdexcept>

namespace punctual::contract {

namespace {

std::string program(const std::string& name) {
    const char* programs = std::getenv("PUNCTUAL_TEST_POSTGRESQL_PROGRAMS");
    if (programs == nullptr) throw std::runtime_error("run this by script/test-servers");
    return std::string(programs) + "/" + name;
}

}  // namespace

// PostgreSQL refuses to run as root. To its children a signal that none can catch would be no word.
PrivatePostgresql::PrivatePostgresql() : ServerProcess("postgres", SIGQUIT) {
    run({program("initdb"), "-D", file("data"), "-U", "punctual", "-A", "trust", "-E", "UTF8",
         "--locale=C", "--no-sync"});
    start();
}

std::vector<std::string> PrivatePostgresql::command() const {
    return {program("postgres"),
            "-D",
            file("data"),
            "-c",
            "listen_addresses=",
            "-c",
            "unix_socket_directories=" + file("")};
}

bool PrivatePostgresql::is_ready() const {
    return PQping(url().c_str()) == PQPING_OK;
}

}  // namespace punctual::contract
