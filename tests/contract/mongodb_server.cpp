#include "contract/mongodb_server.hpp"

#include <punctual/stores/mongodb.hpp>

#include <gtest/gtest.h>

#include <unistd.h>
#include <atomic>
#include <cstdlib>
#include <stdexcept>

namespace punctual::contract {

std::optional<std::string> shared_mongodb_url() {
    const char* url = std::getenv("PUNCTUAL_TEST_MONGODB_URL");
    return url == nullptr ? std::nullopt : std::optional<std::string>(url);
}

std::string mongodb_url(const std::string& prefix, const std::string& options) {
    const std::string url = shared_mongodb_url().value();
    const char mark = url.find('?') == std::string::npos ? '?' : '&';
    return url + mark + "prefix=" + prefix + options;
}

std::string shared_mongodb_address() {
    const std::string url = shared_mongodb_url().value();
    const std::size_t start = url.find("://") + 3;
    std::string host = url.substr(start, url.find_first_of("/?", start) - start);
    if (const std::size_t colon = host.rfind(':'); colon != std::string::npos) {
        return host.substr(colon + 1);
    }
    for (std::size_t at = host.find("%2F"); at != std::string::npos; at = host.find("%2F")) {
        host.replace(at, 3, "/");
    }
    return host.starts_with('/') ? host : "27017";
}

void skip_without_mongodb() {
    GTEST_SKIP() << "there is no MongoDB server: run script/test-servers ctest …";
}

std::string make_mongodb_prefix() {
    static std::atomic<int> number = 0;
    return "test-" + std::to_string(getpid()) + "-" + std::to_string(++number);
}

MongoClient::MongoClient() {
    mongoc_init();
    client_.reset(mongoc_client_new(shared_mongodb_url()->c_str()));
    if (client_ == nullptr) throw std::runtime_error("the URL of the MongoDB server is none");
    mongoc_client_set_error_api(client_.get(), 2);
}

std::string MongoClient::command(const std::string& json) {
    bson_error_t error{};
    bson_t* const command = bson_new_from_json(reinterpret_cast<const std::uint8_t*>(json.data()),
                                               static_cast<ssize_t>(json.size()), &error);
    if (command == nullptr) throw std::runtime_error(error.message);
    bson_t answer;
    const bool done = mongoc_client_write_command_with_opts(client_.get(), "punctual", command,
                                                            nullptr, &answer, &error);
    bson_destroy(command);
    char* const text = bson_as_relaxed_extended_json(&answer, nullptr);
    std::string result = done ? text : "-" + std::string(error.message);
    bson_free(text);
    bson_destroy(&answer);
    return result;
}

void MongoClient::remove_collections(const std::string& prefix) {
    for (const char* name : {"store", "jobs", "history", "journal"}) {
        command(R"({"drop": ")" + prefix + "." + name + "\"}");
    }
}

MongoHost::MongoHost() {
    if (!is_there()) skip_without_mongodb();
}

MongoHost::~MongoHost() {
    if (is_there()) MongoClient().remove_collections(prefix_);
}

std::string MongoHost::url_by(const std::string& socket) const {
    std::string host = socket;
    for (std::size_t at = host.find('/'); at != std::string::npos; at = host.find('/')) {
        host.replace(at, 1, "%2F");
    }
    return "mongodb://" + host + "/?prefix=" + prefix_;
}

std::shared_ptr<JobStore> MongoHost::connect() {
    // Of a test that is skipped, the store is opened and closed all the same.
    return is_there() ? make_mongodb_store(url()) : make_memory_store();
}

}  // namespace punctual::contract
