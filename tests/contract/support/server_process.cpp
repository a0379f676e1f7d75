#include "contract/support/server_process.hpp"

#include <fcntl.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

namespace punctual::contract {

ServerProcess::ServerProcess(std::string user, int death) : user_(std::move(user)), death_(death) {
    std::filesystem::permissions(folder_.path(), std::filesystem::perms(0755));
    give_to_user(folder_.path());
}

ServerProcess::~ServerProcess() {
    die();
}

void ServerProcess::start() {
    process_ = spawn(command());
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30);
    while (!is_ready()) {
        if (std::chrono::steady_clock::now() > deadline) {
            die();
            throw std::runtime_error(command()[0] + " does not start:\n" + log());
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
}

void ServerProcess::die() {
    if (process_ == 0) return;
    kill(process_, death_);
    waitpid(process_, nullptr, 0);
    process_ = 0;
}

void ServerProcess::run(const std::vector<std::string>& command) const {
    int status = 0;
    waitpid(spawn(command), &status, 0);
    if (status != 0) throw std::runtime_error(command[0] + " failed:\n" + log());
}

void ServerProcess::make_folder(const std::string& name) const {
    std::filesystem::create_directory(file(name));
    give_to_user(file(name));
}

const passwd* ServerProcess::other_user() const {
    return geteuid() == 0 && !user_.empty() ? getpwnam(user_.c_str()) : nullptr;
}

void ServerProcess::give_to_user(const std::string& path) const {
    const passwd* user = other_user();
    if (user != nullptr && chown(path.c_str(), user->pw_uid, user->pw_gid) != 0) {
        throw std::runtime_error("no owner for " + path);
    }
}

pid_t ServerProcess::spawn(std::vector<std::string> command) const {
    std::vector<char*> arguments;
    for (std::string& word : command) arguments.push_back(word.data());
    arguments.push_back(nullptr);
    const passwd* user = other_user();
    const std::string log_file = file("log");
    // A signal at the end of its parent comes at the end of the thread that made it already.
    const bool ends_with_thread = gettid() == getpid();
    const pid_t process = fork();
    if (process != 0) return process;
    dup2(open("/dev/null", O_RDONLY), STDIN_FILENO);
    const int log = open(log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0644);
    for (const int output : {STDOUT_FILENO, STDERR_FILENO}) dup2(log, output);
    if (user != nullptr && (setgid(user->pw_gid) != 0 || setuid(user->pw_uid) != 0)) _exit(126);
    if (ends_with_thread) prctl(PR_SET_PDEATHSIG, death_);
    execvp(arguments[0], arguments.data());
    _exit(127);
}

std::string ServerProcess::log() const {
    std::ifstream log(file("log"));
    return {std::istreambuf_iterator<char>(log), {}};
}

}  // namespace punctual::contract
