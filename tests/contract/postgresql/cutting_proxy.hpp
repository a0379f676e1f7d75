#pragma once
// Stands between a store and its server, and cuts the line at the worst moment.

#include <atomic>
#include <string>
#include <thread>

#include "contract/temporary_folder.hpp"

namespace punctual::contract {

/// Passes on what connections on its socket say to the server's socket and back. *Thread safety*:
/// all functions may be called from any thread.
class CuttingProxy {
public:
    /// `server` is the folder of the server's socket.
    explicit CuttingProxy(std::string server);
    ~CuttingProxy();
    CuttingProxy(const CuttingProxy&) = delete;
    CuttingProxy& operator=(const CuttingProxy&) = delete;

    /// The folder of its socket.
    [[nodiscard]] std::string host() const { return folder_.path(); }
    /// The next commit reaches the server, and its answer does not come back.
    void cut_after_next_commit() { armed_ = true; }
    [[nodiscard]] bool has_cut() const { return has_cut_; }

private:
    void serve();
    void pass_on(int client);

    TemporaryFolder folder_;
    std::string server_;
    int listener_;
    std::atomic<bool> armed_ = false;
    std::atomic<bool> has_cut_ = false;
    std::atomic<bool> stopping_ = false;
    std::thread thread_;
};

}  // namespace punctual::contract
