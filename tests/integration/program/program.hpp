#pragma once
// The program under test: a process with a folder of its own, in which its files are.

#include <sys/types.h>

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include <punctual/value.hpp>

namespace punctual::program_testing {

/// A folder that is gone with this object.
class Folder {
public:
    Folder();
    ~Folder();
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;

    [[nodiscard]] std::filesystem::path path(const std::string& name) const { return path_ / name; }
    [[nodiscard]] bool has(const std::string& name) const;
    /// All of a file; empty if there is none.
    [[nodiscard]] std::string read(const std::string& name) const;
    void write(const std::string& name, const std::string& text) const;

private:
    std::filesystem::path path_;
};

/// One execution of the program. What still runs when it is destroyed is killed.
class Program {
public:
    /// Starts it in `folder`.
    Program(const Folder& folder, const std::vector<std::string>& arguments);
    ~Program();
    Program(const Program&) = delete;
    Program& operator=(const Program&) = delete;

    void send(int signal) const;
    /// Waits for its end, a minute at most: its exit code, or 128 and the signal that ended it.
    [[nodiscard]] int wait();
    /// True if it has ended; does not wait.
    [[nodiscard]] bool ended();
    /// What it wrote so far on standard output, and on standard error.
    [[nodiscard]] std::string output() const { return folder_.read(out_name_); }
    [[nodiscard]] std::string errors() const { return folder_.read(errors_name_); }

private:
    const Folder& folder_;
    std::string out_name_;
    std::string errors_name_;
    pid_t process_ = -1;
    int status_ = 0;
};

/// How a short execution of the program went.
struct Outcome {
    int exit_code;
    std::string output;
    std::string errors;
};
[[nodiscard]] Outcome run_program(const Folder& folder, const std::vector<std::string>& arguments);

/// Looks again and again, for half a minute at most; false if it never came true.
[[nodiscard]] bool becomes_true(const std::function<bool()>& condition);

/// The lines of a text that are JSON objects, each as one; *fails* the test for a line that is not.
[[nodiscard]] std::vector<Value> json_lines(const std::string& text);
/// What `punctual runs --json` says of the store `jobs.sqlite`.
[[nodiscard]] std::vector<Value> runs_on_record(const Folder& folder);
/// True if a run of this job on record has this outcome.
[[nodiscard]] bool has_run(const Folder& folder, const std::string& job,
                           const std::string& outcome);
/// The job of this id, as `punctual jobs --json` shows it; null if there is none.
[[nodiscard]] Value job_on_record(const Folder& folder, const std::string& id);

}  // namespace punctual::program_testing
