// Jobs on a MongoDB server: bare libmongoc writes the store's documents into the store's
// collections, 500 jobs in one bulk write. The server is the one whose URL
// PUNCTUAL_TEST_MONGODB_URL has: run it by script/test-servers.

#include <mongoc/mongoc.h>

#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>

#include "store_benchmark.hpp"

namespace punctual::benchmarks {
namespace {

constexpr const char* prefix = "punctual-benchmark";

/// The bare client, on collections that are empty when it is made and gone with it.
class Client {
public:
    explicit Client(const char* url) : url_(url) {
        mongoc_init();
        client_ = mongoc_client_new(url);
        if (client_ == nullptr) throw std::runtime_error("the URL of MongoDB is malformed");
        mongoc_write_concern_t* concern = mongoc_write_concern_new();
        mongoc_write_concern_set_w(concern, MONGOC_WRITE_CONCERN_W_MAJORITY);
        mongoc_write_concern_set_journal(concern, true);
        mongoc_client_set_write_concern(client_, concern);
        mongoc_write_concern_destroy(concern);
        drop_all();
    }
    ~Client() {
        drop_all();
        mongoc_client_destroy(client_);
    }
    Client(const Client&) = delete;
    Client& operator=(const Client&) = delete;

    /// False for a server that stands in for MongoDB's in tests: it searches without indexes.
    [[nodiscard]] bool is_real() const {
        bson_t* command = BCON_NEW("buildInfo", BCON_INT32(1));
        bson_t answer;
        mongoc_client_command_simple(client_, "admin", command, nullptr, &answer, nullptr);
        const bool is_real = bson_has_field(&answer, "storageEngines");
        bson_destroy(&answer);
        bson_destroy(command);
        return is_real;
    }
    [[nodiscard]] std::string store_url() const {
        return url_ + (url_.find('?') == std::string::npos ? "?" : "&") + "prefix=" + prefix;
    }
    [[nodiscard]] mongoc_collection_t* collection(const char* name) const {
        return mongoc_client_get_collection(client_, "punctual",
                                            (std::string(prefix) + "." + name).c_str());
    }

private:
    void drop_all() {
        for (const char* name : {"store", "jobs", "history", "journal"}) {
            mongoc_collection_t* dropped = collection(name);
            mongoc_collection_drop(dropped, nullptr);
            mongoc_collection_destroy(dropped);
        }
    }

    std::string url_;
    mongoc_client_t* client_;
};

/// Many writes to a collection in one round trip.
class Bulk {
public:
    Bulk(const Client& client, const char* name) : collection_(client.collection(name)) {
        bson_t* options = BCON_NEW("ordered", BCON_BOOL(false));
        bulk_ = mongoc_collection_create_bulk_operation_with_opts(collection_, options);
        bson_destroy(options);
    }
    ~Bulk() {
        mongoc_bulk_operation_destroy(bulk_);
        mongoc_collection_destroy(collection_);
    }
    Bulk(const Bulk&) = delete;
    Bulk& operator=(const Bulk&) = delete;

    void insert(bson_t* document) {
        mongoc_bulk_operation_insert(bulk_, document);
        bson_destroy(document);
    }
    void update(bson_t* filter, bson_t* change) {
        mongoc_bulk_operation_update_one(bulk_, filter, change, false);
        bson_destroy(filter);
        bson_destroy(change);
    }
    void execute() {
        bson_error_t error;
        if (mongoc_bulk_operation_execute(bulk_, nullptr, &error) == 0) {
            throw std::runtime_error(error.message);
        }
    }

private:
    mongoc_collection_t* collection_;
    mongoc_bulk_operation_t* bulk_;
};

class MongodbPlace final : public StorePlace {
public:
    explicit MongodbPlace(const char* server) : client_(server) {}

    [[nodiscard]] std::string url() const override { return client_.store_url(); }
    [[nodiscard]] std::string note() const override {
        return is_real_ ? "" : "2,000 jobs on a stand-in for MongoDB, which searches all of them";
    }
    [[nodiscard]] int most_jobs() const override { return is_real_ ? 1'000'000 : 2'000; }
    void add_bare(int count) override;
    void fire_bare(int count, bool history) override;

private:
    Client client_;
    bool is_real_ = client_.is_real();
};

bson_t* document_of_job(int i) {
    const JobTexts& texts = job_texts();
    const std::string id = job_id(i);
    return BCON_NEW("_id", BCON_INT64(i), "id", BCON_UTF8(id.c_str()), "revision", BCON_INT64(0),
                    "removed", BCON_INT64(0), "state", BCON_INT64(0), "next_run_time",
                    BCON_INT64(i), "due", BCON_INT64(i), "last_run_time", BCON_INT64(0), "running",
                    BCON_INT64(0), "runs", "[", "]", "executor", "default", "version",
                    BCON_INT64(0), "definition", "{", "task", BCON_UTF8(texts.task.c_str()),
                    "arguments", BCON_UTF8(texts.arguments.c_str()), "trigger",
                    BCON_UTF8(texts.trigger.c_str()), "options", BCON_UTF8(texts.options.c_str()),
                    "added_at", BCON_INT64(0), "}");
}

void MongodbPlace::add_bare(int count) {
    for (int first = 0; first < count; first += batch_size) {
        Bulk jobs(client_, "jobs");
        for (int i = first; i < first + batch_size; ++i) jobs.insert(document_of_job(i));
        jobs.execute();
    }
}

bson_t* change_of_claimed(int i, std::int64_t next) {
    return BCON_NEW("$set", "{", "revision", BCON_INT64(1), "state", BCON_INT64(0), "next_run_time",
                    BCON_INT64(next), "due", BCON_INT64(next), "last_run_time", BCON_INT64(i),
                    "running", BCON_INT64(1), "runs", "[", "{", "id", BCON_INT64(i), "group",
                    BCON_INT64(i), "attempt", BCON_INT64(1), "scheduled", BCON_INT64(i), "due",
                    BCON_INT64(i), "started", BCON_BOOL(true), "}", "]", "}");
}

bson_t* change_of_settled(int i, std::int64_t next) {
    return BCON_NEW("$set", "{", "revision", BCON_INT64(2), "state", BCON_INT64(0), "next_run_time",
                    BCON_INT64(next), "due", BCON_INT64(next), "last_run_time", BCON_INT64(i),
                    "running", BCON_INT64(0), "runs", "[", "]", "}");
}

bson_t* document_of_record(int i) {
    const std::string id = job_id(i);
    return BCON_NEW("_id", BCON_INT64(i), "job", BCON_UTF8(id.c_str()), "state", "succeeded",
                    "scheduled", BCON_INT64(i), "until", BCON_INT64(i), "count", BCON_INT64(1),
                    "due", BCON_INT64(i), "attempt", BCON_INT64(1), "started", BCON_INT64(i),
                    "finished", BCON_INT64(i));
}

void MongodbPlace::fire_bare(int count, bool history) {
    std::unique_ptr<Bulk> records;
    std::unique_ptr<Bulk> jobs;
    pass_over_jobs(
        count, [&] { jobs = std::make_unique<Bulk>(client_, "jobs"); },
        [&](int first) {
            if (history) records = std::make_unique<Bulk>(client_, "history");
            for (int i = first; i < first + batch_size; ++i) {
                jobs->update(BCON_NEW("_id", BCON_INT64(i), "revision", BCON_INT64(1)),
                             change_of_settled(i, i + count));
                if (history) records->insert(document_of_record(i));
            }
            if (history) records->execute();
        },
        [&](int first) {
            for (int i = first; i < first + batch_size; ++i) {
                jobs->update(BCON_NEW("_id", BCON_INT64(i), "revision", BCON_INT64(0)),
                             change_of_claimed(i, i + count));
            }
        },
        [&] { jobs->execute(); });
}

std::unique_ptr<StorePlace> make_place() {
    const char* server = std::getenv("PUNCTUAL_TEST_MONGODB_URL");
    if (server == nullptr) {
        throw std::runtime_error("there is no MongoDB: run this by script/test-servers");
    }
    return std::make_unique<MongodbPlace>(server);
}

const bool is_registered = measure_store({.name = "mongodb", .make_place = make_place});

}  // namespace
}  // namespace punctual::benchmarks
