#pragma once
// A database for each test on MariaDB, and what stores on it say.

#include <punctual/testing/store_contract/fixture.hpp>

#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <vector>

#include "contract/mysql/mysql_server.hpp"

namespace punctual::contract {

class MysqlTest : public ::testing::Test {
protected:
    [[nodiscard]] static std::shared_ptr<JobStore> open_url(const std::string& url) {
        auto store = make_mysql_store(url);
        store->open({.access = StoreAccess::schedule, .history = {}, .now = begin});
        return store;
    }
    [[nodiscard]] std::shared_ptr<JobStore> open(const std::string& options = {}) const {
        return open_url(database.url() + options);
    }
    /// What it says about opening a store there.
    [[nodiscard]] static std::string message_of(const std::string& url,
                                                StoreAccess access = StoreAccess::schedule) {
        try {
            make_mysql_store(url)->open({.access = access, .history = {}, .now = begin});
        } catch (const StoreUnavailableError& error) {
            return "unavailable: " + std::string(error.what());
        } catch (const StoreError& error) {
            return error.what();
        } catch (const ConfigurationError& error) {
            return error.what();
        }
        return "it opened";
    }
    static void add(JobStore& store, const std::vector<JobRecord>& jobs) {
        ASSERT_TRUE(store.add(jobs).empty());
    }
    [[nodiscard]] static Ids ids_in(JobStore& store) { return ids_of(store.list({}, 1000).jobs); }
    [[nodiscard]] static std::vector<ClaimedRun> claim(JobStore& store, Instant now) {
        DecideBy decider(run_each_hour);
        const ClaimRequest request{"default", 10'000};
        StoreResult result;
        store.process({.now = now, .claims = std::span(&request, 1), .decider = &decider}, result);
        return result.claimed;
    }
    static void settle(JobStore& store, const std::vector<ClaimedRun>& runs) {
        std::vector<Settlement> settlements;
        for (const ClaimedRun& run : runs) settlements.push_back(succeed(run, run.due + 1s));
        StoreResult result;
        store.process({.now = begin + 1s, .settlements = settlements}, result);
        EXPECT_TRUE(result.superseded.empty());
    }
    /// In the database of the test.
    std::string run(const std::string& sql) {
        client.run("USE " + database.name());
        return client.run(sql);
    }

    MysqlDatabase database;
    MysqlClient client;
};

}  // namespace punctual::contract
