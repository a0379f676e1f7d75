#pragma once
// A store of a test's own on a real server, and a way to it that fails when the test says so.

#include <punctual/config.hpp>
#include <punctual/testing/store_contract/fixture.hpp>

#include <memory>
#include <string>

#include "contract/support/cutting_proxy.hpp"
#include "contract/temporary_folder.hpp"

namespace punctual::contract {

[[nodiscard]] inline std::shared_ptr<JobStore> open_store(const std::string& url) {
    auto opened = store(url).make();
    opened->open({.access = StoreAccess::schedule, .history = {}, .now = begin});
    return opened;
}

/// `Host` has a place for a store on a server, which is empty when the host is made:
///
///     class Host {
///     public:
///         static bool is_there();                                  // whether there is a server
///         std::string url() const;                                 // of the store
///         static std::string address();                            // as a CuttingProxy takes it
///         static constexpr const char* socket_name = "socket";     // of the proxy's socket
///         std::string url_by(const std::string& socket) const;     // of the store, over a proxy
///     };
template <class Host>
class ServerLine {
public:
    [[nodiscard]] std::string url() const { return host_.url_by(proxy.socket_path()); }
    [[nodiscard]] std::string direct_url() const { return host_.url(); }

private:
    Host host_;
    TemporaryFolder folder_;

public:
    CuttingProxy proxy{folder_.file(Host::socket_name), Host::address()};
};

}  // namespace punctual::contract
