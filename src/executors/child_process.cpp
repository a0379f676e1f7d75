#include "executors/child_process.hpp"

#include <punctual/errors.hpp>

#include <cerrno>
#include <csignal>
#include <cstring>
#include <string_view>

#include <fcntl.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>

namespace punctual::detail {

namespace {

constexpr int first_free_descriptor = 3;

struct Pipe {
    FileDescriptor reader;
    FileDescriptor writer;
};

FileDescriptor copy_above(int descriptor, int least) {
    FileDescriptor copy(::fcntl(descriptor, F_DUPFD_CLOEXEC, least));
    if (copy.is_open()) return copy;
    throw ExecutorError("cannot hand a descriptor to a process: " + system_message(errno));
}

// In a process that has closed its standard descriptors a pipe would get their numbers, which mean
// something else in the child.
FileDescriptor above_standard(FileDescriptor descriptor) {
    if (descriptor.number() >= first_free_descriptor) return descriptor;
    return copy_above(descriptor.number(), first_free_descriptor);
}

// Copies that are out of the way of the numbers which they get in the child.
std::vector<FileDescriptor> copies_for_child(const std::vector<int>& descriptors) {
    std::vector<FileDescriptor> copies;
    const int least = first_free_descriptor + static_cast<int>(descriptors.size());
    for (const int descriptor : descriptors) copies.push_back(copy_above(descriptor, least));
    return copies;
}

Pipe make_pipe() {
    int ends[2] = {-1, -1};
    if (::pipe2(ends, O_CLOEXEC) != 0) {
        throw ExecutorError("cannot make a pipe for a command: " + system_message(errno));
    }
    Pipe pipe{FileDescriptor(ends[0]), above_standard(FileDescriptor(ends[1]))};
    // Only this end: the command expects an output that waits for its reader.
    ::fcntl(pipe.reader.number(), F_SETFL, O_NONBLOCK);
    return pipe;
}

class FileActions {
public:
    FileActions(const FileDescriptor& output, const std::vector<FileDescriptor>& others,
                const std::string& working_directory) {
        ::posix_spawn_file_actions_init(&actions_);
        ::posix_spawn_file_actions_addopen(&actions_, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        if (output.is_open()) {
            ::posix_spawn_file_actions_adddup2(&actions_, output.number(), STDOUT_FILENO);
            ::posix_spawn_file_actions_adddup2(&actions_, output.number(), STDERR_FILENO);
        }
        int number = first_free_descriptor;
        for (const FileDescriptor& other : others) {
            ::posix_spawn_file_actions_adddup2(&actions_, other.number(), number++);
        }
        ::posix_spawn_file_actions_addclosefrom_np(&actions_, number);
        if (!working_directory.empty()) {
            ::posix_spawn_file_actions_addchdir_np(&actions_, working_directory.c_str());
        }
    }
    FileActions(const FileActions&) = delete;
    FileActions& operator=(const FileActions&) = delete;
    ~FileActions() { ::posix_spawn_file_actions_destroy(&actions_); }
    [[nodiscard]] const posix_spawn_file_actions_t* get() const { return &actions_; }

private:
    posix_spawn_file_actions_t actions_{};
};

class Attributes {
public:
    Attributes() {
        ::posix_spawnattr_init(&attributes_);
        ::posix_spawnattr_setflags(
            &attributes_, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
        ::posix_spawnattr_setpgroup(&attributes_, 0);
        sigset_t signals;
        ::sigemptyset(&signals);
        ::posix_spawnattr_setsigmask(&attributes_, &signals);
        ::sigfillset(&signals);
        ::posix_spawnattr_setsigdefault(&attributes_, &signals);
    }
    Attributes(const Attributes&) = delete;
    Attributes& operator=(const Attributes&) = delete;
    ~Attributes() { ::posix_spawnattr_destroy(&attributes_); }
    [[nodiscard]] const posix_spawnattr_t* get() const { return &attributes_; }

private:
    posix_spawnattr_t attributes_{};
};

std::vector<std::string> environment_with(const std::map<std::string, std::string>& added) {
    std::vector<std::string> entries;
    for (char** entry = ::environ; entry != nullptr && *entry != nullptr; ++entry) {
        const std::string_view text = *entry;
        if (!added.contains(std::string(text.substr(0, text.find('=')))))
            entries.emplace_back(text);
    }
    for (const auto& [name, value] : added) entries.push_back(name + "=" + value);
    return entries;
}

// As C wants them: pointers, and a null at the end.
std::vector<char*> pointers_to(std::vector<std::string>& texts) {
    std::vector<char*> pointers;
    pointers.reserve(texts.size() + 1);
    for (std::string& text : texts) pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
}

// The error does not tell whether the program or the directory is at fault.
[[noreturn]] void throw_cannot_start(const ProgramStart& start, int error) {
    if (!start.working_directory.empty()) {
        const FileDescriptor directory(
            ::open(start.working_directory.c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
        if (!directory.is_open()) {
            throw ExecutorError("cannot use the working directory \"" + start.working_directory +
                                "\": " + system_message(errno));
        }
    }
    throw ExecutorError("cannot run \"" + start.words.front() + "\": " + system_message(error));
}

pid_t spawn(const ProgramStart& start, const FileDescriptor& output) {
    std::vector<std::string> words = start.words;
    std::vector<std::string> environment = environment_with(start.environment);
    const std::vector<FileDescriptor> others = copies_for_child(start.descriptors);
    const FileActions actions(output, others, start.working_directory);
    const Attributes attributes;
    const std::string& file = start.file.empty() ? words.front() : start.file;
    pid_t id = -1;
    const int error = ::posix_spawnp(&id, file.c_str(), actions.get(), attributes.get(),
                                     pointers_to(words).data(), pointers_to(environment).data());
    if (error != 0) throw_cannot_start(start, error);
    return id;
}

}  // namespace

ChildProcess::ChildProcess(const ProgramStart& start) {
    Pipe pipe = start.output == ProgramStart::Output::captured ? make_pipe() : Pipe{};
    output_ = std::move(pipe.reader);
    id_ = spawn(start, pipe.writer);
    // Through the system call, for glibc 2.36 declares the function without extern "C".
    descriptor_ = FileDescriptor(static_cast<int>(::syscall(SYS_pidfd_open, id_, 0)));
    if (descriptor_.is_open()) return;
    const int error = errno;
    signal_group(SIGKILL);
    static_cast<void>(reap());
    throw ExecutorError("cannot watch \"" + start.words.front() + "\": " + system_message(error));
}

ChildProcess::~ChildProcess() {
    if (id_ < 0) return;
    signal_group(SIGKILL);
    static_cast<void>(reap());
}

void ChildProcess::signal_group(int signal) const noexcept {
    if (id_ > 0) ::kill(-id_, signal);
}

std::optional<int> ChildProcess::reap() noexcept {
    const pid_t id = std::exchange(id_, -1);
    int status = 0;
    pid_t reaped = -1;
    do {
        reaped = ::waitpid(id, &status, 0);
    } while (reaped < 0 && errno == EINTR);
    return reaped == id ? std::optional<int>(status) : std::nullopt;
}

std::string describe_ending(std::optional<int> status) {
    if (!status) return "another part of this program has taken its exit code";
    if (!WIFSIGNALED(*status)) return "exit code " + std::to_string(WEXITSTATUS(*status));
    const int signal = WTERMSIG(*status);
    const char* name = ::sigabbrev_np(signal);
    const std::string number = "killed by signal " + std::to_string(signal);
    return name == nullptr ? number : number + " (SIG" + name + ")";
}

}  // namespace punctual::detail
