#include <punctual/stores/mongodb.hpp>
#include <punctual/testing/store_contract.hpp>

#include "contract/mongodb_server.hpp"

namespace {

using punctual::contract::MongoClient;

/// A prefix of its own on the server that all tests share.
class MongoHost {
public:
    static constexpr bool keeps_jobs = true;

    MongoHost() : url_(punctual::contract::shared_mongodb_url().value_or("")) {
        if (url_.empty()) punctual::contract::skip_without_mongodb();
    }
    ~MongoHost() {
        if (!url_.empty()) MongoClient().remove_collections(prefix_);
    }
    MongoHost(const MongoHost&) = delete;
    MongoHost& operator=(const MongoHost&) = delete;

    std::shared_ptr<punctual::JobStore> connect() {
        // Of a test that is skipped, the store is opened and closed all the same.
        if (url_.empty()) return punctual::make_memory_store();
        return punctual::make_mongodb_store(punctual::contract::mongodb_url(prefix_));
    }

private:
    std::string url_;
    std::string prefix_ = punctual::contract::make_mongodb_prefix();
};

}  // namespace

PUNCTUAL_STORE_CONTRACT(MongoDb, MongoHost);
