#include "contract/mysql/private_server.hpp"

#include <fcntl.h>
#include <mysql.h>
#include <pwd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <filesystem>
#include <memory>
#include <stdexcept>
#include <thread>
#include <vector>

namespace punctual::contract {

namespace {

// MariaDB refuses to run as root.
const passwd* other_user() {
    return geteuid() == 0 ? getpwnam("nobody") : nullptr;
}

pid_t spawn(std::vector<std::string> command) {
    std::vector<char*> arguments;
    for (std::string& word : command) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const passwd* user = other_user();
    const pid_t process = fork();
    if (process != 0) return process;
    const int nowhere = open("/dev/null", O_RDWR);
    for (const int file : {0, 1, 2}) dup2(nowhere, file);
    if (user != nullptr && (setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0)) _exit(126);
    execvp(arguments[0], arguments.data());
    _exit(127);
}

// Debian has it where only root's path leads.
std::string server_program() {
    return std::filesystem::exists("/usr/sbin/mariadbd") ? "/usr/sbin/mariadbd" : "mariadbd";
}

}  // namespace

PrivateMariadb::PrivateMariadb() {
    std::string name = std::filesystem::temp_directory_path() / "punctual-mariadb-XXXXXX";
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("no folder " + name);
    folder_ = name;
    std::filesystem::permissions(folder_, std::filesystem::perms(0755));
    if (const passwd* user = other_user()) {
        if (chown(folder_.c_str(), user->pw_uid, user->pw_gid) != 0) {
            throw std::runtime_error("no owner for " + folder_);
        }
    }
    // A server that starts removes what others have left in its folder for temporary tables, and
    // what others have there still.
    int status = 0;
    waitpid(spawn({"mariadb-install-db", "--no-defaults", "--datadir=" + folder_ + "/data",
                   "--tmpdir=" + folder_, "--skip-test-db",
                   "--auth-root-authentication-method=normal"}),
            &status, 0);
    if (status != 0) throw std::runtime_error("mariadb-install-db failed");
    std::filesystem::create_directory(folder_ + "/data/app");
    if (const passwd* user = other_user()) {
        if (chown((folder_ + "/data/app").c_str(), user->pw_uid, user->pw_gid) != 0) {
            throw std::runtime_error("no owner for the database");
        }
    }
    start();
}

PrivateMariadb::~PrivateMariadb() {
    die();
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
}

std::string PrivateMariadb::url() const {
    return "mysql://root@/app?socket=" + folder_ + "/socket";
}

void PrivateMariadb::die() {
    if (process_ == -1) return;
    kill(process_, SIGKILL);
    waitpid(process_, nullptr, 0);
    process_ = -1;
}

void PrivateMariadb::start() {
    process_ = spawn({server_program(), "--no-defaults", "--datadir=" + folder_ + "/data",
                      "--tmpdir=" + folder_, "--socket=" + folder_ + "/socket",
                      "--pid-file=" + folder_ + "/pid", "--skip-networking",
                      "--innodb-buffer-pool-size=16M", "--innodb-log-file-size=16M"});
    for (int i = 0; i < 600 && !is_ready(); ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    if (!is_ready()) throw std::runtime_error("the server in " + folder_ + " does not start");
}

bool PrivateMariadb::is_ready() const {
    const std::unique_ptr<MYSQL, decltype(&mysql_close)> handle(mysql_init(nullptr), mysql_close);
    return mysql_real_connect(handle.get(), nullptr, "root", "", nullptr, 0,
                              (folder_ + "/socket").c_str(), 0) != nullptr;
}

}  // namespace punctual::contract
