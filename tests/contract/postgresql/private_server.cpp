#include "contract/postgresql/private_server.hpp"

#include <fcntl.h>
#include <libpq-fe.h>
#include <pwd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <thread>
#include <vector>

#include "contract/postgresql/postgresql_server.hpp"

namespace punctual::contract {

namespace {

// PostgreSQL refuses to run as root.
const passwd* other_user() {
    return geteuid() == 0 ? getpwnam("postgres") : nullptr;
}

pid_t spawn(std::vector<std::string> command) {
    const char* programs = std::getenv("PUNCTUAL_TEST_POSTGRESQL_PROGRAMS");
    if (programs == nullptr) throw std::runtime_error("run this by script/test-servers");
    command[0] = std::string(programs) + "/" + command[0];
    std::vector<char*> arguments;
    for (std::string& word : command) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const passwd* user = other_user();
    const pid_t process = fork();
    if (process != 0) return process;
    const int nowhere = open("/dev/null", O_RDWR);
    for (const int file : {0, 1, 2}) dup2(nowhere, file);
    if (user != nullptr && (setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0)) _exit(126);
    execv(arguments[0], arguments.data());
    _exit(127);
}

}  // namespace

PrivatePostgresql::PrivatePostgresql() {
    std::string name = std::filesystem::temp_directory_path() / "punctual-postgresql-XXXXXX";
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder " + name);
    folder_ = name;
    std::filesystem::permissions(folder_, std::filesystem::perms(0755));
    if (const passwd* user = other_user()) {
        if (chown(folder_.c_str(), user->pw_uid, user->pw_gid) != 0) {
            throw std::runtime_error("no owner for " + folder_);
        }
    }
    int status = 0;
    waitpid(spawn({"initdb", "-D", folder_ + "/data", "-U", "punctual", "-A", "trust", "-E", "UTF8",
                   "--locale=C", "--no-sync"}),
            &status, 0);
    if (status != 0) throw std::runtime_error("initdb failed");
    start();
}

PrivatePostgresql::~PrivatePostgresql() {
    die();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

std::string PrivatePostgresql::url() const {
    return "postgresql://punctual@/postgres?host=" + folder_;
}

void PrivatePostgresql::die() {
    if (process_ == -1) return;
    kill(process_, SIGQUIT);
    waitpid(process_, nullptr, 0);
    process_ = -1;
}

void PrivatePostgresql::start() {
    process_ = spawn({"postgres", "-D", folder_ + "/data", "-c", "listen_addresses=", "-c",
                      "unix_socket_directories=" + folder_});
    for (int i = 0; i < 600 && !is_ready(); ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    if (!is_ready()) throw std::runtime_error("the server in " + folder_ + " does not start");
}

bool PrivatePostgresql::is_ready() const {
    return PQping(url().c_str()) == PQPING_OK;
}

std::string socket_folder() {
    const std::string url = postgresql_url();
    const std::size_t begin = url.find("host=") + 5;
    return url.substr(begin, url.find('&', begin) - begin);
}

}  // namespace punctual::contract
