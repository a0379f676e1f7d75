#pragma once
// The MongoDB server that script/test-servers started, for the tests.

#include <punctual/stores/store.hpp>

#include <mongoc/mongoc.h>

#include <memory>
#include <optional>
#include <string>

namespace punctual::contract {

/// The URL of the server that the tests share; none: its tests are skipped.
[[nodiscard]] std::optional<std::string> shared_mongodb_url();

/// A URL on that server, with a prefix and other options.
[[nodiscard]] std::string mongodb_url(const std::string& prefix, const std::string& options = {});
/// Where that server listens: the path of a socket, or a port of this machine.
[[nodiscard]] std::string shared_mongodb_address();

/// Skips the test that runs, and says what it wants.
void skip_without_mongodb();

/// A prefix that no other test uses.
[[nodiscard]] std::string make_mongodb_prefix();

/// Another program at the same server.
class MongoClient {
public:
    MongoClient();

    /// Runs a command, which is JSON; what the server answers, as JSON. An error begins with "-".
    std::string command(const std::string& json);
    /// Removes the collections of a prefix.
    void remove_collections(const std::string& prefix);

private:
    struct Close {
        void operator()(mongoc_client_t* client) const { mongoc_client_destroy(client); }
    };
    std::unique_ptr<mongoc_client_t, Close> client_;
};

/// A prefix of its own on the server that all tests share.
class MongoHost {
public:
    static constexpr bool keeps_jobs = true;
    static constexpr const char* socket_name = "proxy.sock";

    MongoHost();
    ~MongoHost();
    MongoHost(const MongoHost&) = delete;
    MongoHost& operator=(const MongoHost&) = delete;

    [[nodiscard]] static bool is_there() { return shared_mongodb_url().has_value(); }
    [[nodiscard]] static std::string address() { return shared_mongodb_address(); }
    [[nodiscard]] std::string url() const { return mongodb_url(prefix_); }
    [[nodiscard]] std::string url_by(const std::string& socket) const;
    [[nodiscard]] const std::string& prefix() const { return prefix_; }
    [[nodiscard]] std::shared_ptr<JobStore> connect();

private:
    std::string prefix_ = make_mongodb_prefix();
};

}  // namespace punctual::contract
