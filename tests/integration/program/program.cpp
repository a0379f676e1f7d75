#include "program.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <thread>

namespace punctual::program_testing {

namespace {

using namespace std::chrono_literals;

constexpr auto between_looks = 20ms;

/// A process that runs in the folder and writes into two files of it.
pid_t spawn(const Folder& folder, const std::vector<std::string>& arguments, const std::string& out,
            const std::string& errors) {
    std::vector<std::string> words = {PUNCTUAL_PROGRAM};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> pointers;
    for (std::string& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);

    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    constexpr int flags = O_WRONLY | O_CREAT | O_TRUNC;
    posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, folder.path(out).c_str(), flags,
                                     0600);
    posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, folder.path(errors).c_str(), flags,
                                     0600);
    posix_spawn_file_actions_addchdir_np(&actions, folder.path("").c_str());
    pid_t process = -1;
    const int error =
        posix_spawn(&process, words.front().c_str(), &actions, nullptr, pointers.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    if (error != 0) throw std::runtime_error("cannot start " + words.front());
    return process;
}

}  // namespace

Folder::Folder() {
    std::string name = (std::filesystem::temp_directory_path() / "punctual-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("cannot make the folder " + name);
    path_ = name;
}

Folder::~Folder() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

bool Folder::has(const std::string& name) const {
    return std::filesystem::exists(path(name));
}

std::string Folder::read(const std::string& name) const {
    std::ifstream file(path(name), std::ios::binary);
    std::ostringstream text;
    text << file.rdbuf();
    return text.str();
}

void Folder::write(const std::string& name, const std::string& text) const {
    std::ofstream(path(name), std::ios::binary) << text;
}

Program::Program(const Folder& folder, const std::vector<std::string>& arguments)
    : folder_(folder) {
    static std::atomic<int> counter = 0;
    const std::string number = std::to_string(++counter);
    out_name_ = "out-" + number;
    errors_name_ = "errors-" + number;
    process_ = spawn(folder, arguments, out_name_, errors_name_);
}

Program::~Program() {
    if (ended()) return;
    send(SIGKILL);
    static_cast<void>(wait());
}

void Program::send(int signal) const {
    if (process_ > 0) ::kill(process_, signal);
}

bool Program::ended() {
    if (process_ <= 0) return true;
    if (waitpid(process_, &status_, WNOHANG) == 0) return false;
    process_ = -1;
    return true;
}

int Program::wait() {
    const auto last = std::chrono::steady_clock::now() + 60s;
    while (!ended()) {
        if (std::chrono::steady_clock::now() > last) {
            ADD_FAILURE() << "the program goes on and on; it wrote\n" << output() << errors();
            send(SIGKILL);
        }
        std::this_thread::sleep_for(between_looks);
    }
    return WIFEXITED(status_) ? WEXITSTATUS(status_) : 128 + WTERMSIG(status_);
}

Outcome run_program(const Folder& folder, const std::vector<std::string>& arguments) {
    Program program(folder, arguments);
    const int exit_code = program.wait();
    return {exit_code, program.output(), program.errors()};
}

bool becomes_true(const std::function<bool()>& condition) {
    const auto last = std::chrono::steady_clock::now() + 30s;
    while (!condition()) {
        if (std::chrono::steady_clock::now() > last) return false;
        std::this_thread::sleep_for(between_looks);
    }
    return true;
}

std::vector<Value> json_lines(const std::string& text) {
    std::vector<Value> objects;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
        try {
            objects.push_back(Value::from_json(line));
            EXPECT_TRUE(objects.back().is_object()) << line;
        } catch (const SerializationError& error) {
            ADD_FAILURE() << line << "\n" << error.what();
        }
    }
    return objects;
}

std::vector<Value> runs_on_record(const Folder& folder) {
    const Outcome outcome =
        run_program(folder, {"runs", "--store", "sqlite:///jobs.sqlite", "--json"});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
    return json_lines(outcome.output);
}

bool has_run(const Folder& folder, const std::string& job, const std::string& outcome) {
    for (const Value& run : runs_on_record(folder)) {
        if (*run.find("job") == Value(job) && *run.find("outcome") == Value(outcome)) return true;
    }
    return false;
}

Value job_on_record(const Folder& folder, const std::string& id) {
    const Outcome outcome = run_program(folder, {"jobs", "--json"});
    EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
    for (Value& job : json_lines(outcome.output)) {
        const Value* found = job.find("id");
        if (found != nullptr && *found == Value(id)) return std::move(job);
    }
    return {};
}

}  // namespace punctual::program_testing
