#pragma once
// A way to a server that breaks on the side of the client only: the server does not notice.

#include <memory>
#include <string>

namespace punctual::contract {

/// On a Unix socket at `path`. *Thread safety*: full.
class LeakyProxy {
public:
    LeakyProxy(std::string path, std::string server);
    ~LeakyProxy();
    LeakyProxy(const LeakyProxy&) = delete;
    LeakyProxy& operator=(const LeakyProxy&) = delete;

    /// Every client loses its connection; the server keeps its side of them.
    void lose_clients();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace punctual::contract
