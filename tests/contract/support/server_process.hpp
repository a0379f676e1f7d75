#pragma once
// A server of a test's own, which it may kill.

#include <sys/types.h>

#include <string>
#include <vector>

#include "contract/temporary_folder.hpp"

struct passwd;

namespace punctual::contract {

/// Runs in a folder of its own, and ends with the test, however that does. Servers of one kind
/// derive from it, and call `start` when they are made.
class ServerProcess {
public:
    virtual ~ServerProcess();
    ServerProcess(const ServerProcess&) = delete;
    ServerProcess& operator=(const ServerProcess&) = delete;

    /// Waits until it is ready. *Throws* std::runtime_error with its log where it does not start.
    void start();
    /// Without writing anything more, as at a crash.
    void die();

protected:
    /// `user` is who it runs as if the tests are root's: some servers refuse that. Empty: root.
    /// `death` is the signal that ends it at once.
    ServerProcess(std::string user, int death);

    /// The program and its arguments.
    [[nodiscard]] virtual std::vector<std::string> command() const = 0;
    [[nodiscard]] virtual bool is_ready() const = 0;
    /// Runs a program to its end, as the server's user. *Throws* std::runtime_error if it fails.
    void run(const std::vector<std::string>& command) const;
    /// Makes a folder of the server's user.
    void make_folder(const std::string& name) const;
    [[nodiscard]] std::string file(const std::string& name) const { return folder_.file(name); }

private:
    /// Null if it runs as whoever runs the tests.
    [[nodiscard]] const passwd* other_user() const;
    void give_to_user(const std::string& path) const;
    [[nodiscard]] pid_t spawn(std::vector<std::string> command) const;
    [[nodiscard]] std::string log() const;

    TemporaryFolder folder_;
    std::string user_;
    int death_;
    pid_t process_ = 0;
};

}  // namespace punctual::contract
