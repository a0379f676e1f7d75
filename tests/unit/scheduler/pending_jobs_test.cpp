#include "scheduler/pending_jobs.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace punctual::detail {
namespace {

JobRequest request(std::string id, std::string store = "default") {
    return {.call = [] {}, .options = {.id = std::move(id), .store = std::move(store)}};
}

std::vector<std::string> names(const PendingJobs& jobs) {
    std::vector<std::string> found;
    for (const JobRequest& job : jobs) found.push_back(job.options.store + "/" + job.options.id);
    return found;
}

using Names = std::vector<std::string>;

TEST(PendingJobs, StayInTheOrderOfAdding) {
    PendingJobs jobs;
    for (const char* id : {"c", "a", "b"}) jobs.add(request(id));
    EXPECT_EQ(names(jobs), (Names{"default/c", "default/a", "default/b"}));
    EXPECT_EQ(jobs.all().size(), 3u);
}

TEST(PendingJobs, AreFoundByIdAndStore) {
    PendingJobs jobs;
    jobs.add(request("a", "one"));
    jobs.add(request("a", "two"));
    ASSERT_NE(jobs.find("a", "two"), nullptr);
    EXPECT_EQ(jobs.find("a", "two")->options.store, "two");
    EXPECT_EQ(jobs.find("a", "")->options.store, "one");
    EXPECT_EQ(jobs.find("a", "three"), nullptr);
    EXPECT_EQ(jobs.find("b", ""), nullptr);
}

TEST(PendingJobs, MayBeChangedInTheirPlace) {
    PendingJobs jobs;
    jobs.add(request("an id that is longer than a short string"));
    jobs.add(request("b"));
    JobRequest changed = request("an id that is longer than a short string");
    changed.options.paused = true;
    *jobs.find(changed.options.id, "default") = changed;
    ASSERT_NE(jobs.find(changed.options.id, "default"), nullptr);
    EXPECT_TRUE(jobs.find(changed.options.id, "default")->options.paused);
    EXPECT_EQ(names(jobs).back(), "default/b");
}

TEST(PendingJobs, AreRemovedFromOneStore) {
    PendingJobs jobs;
    jobs.add(request("a", "one"));
    jobs.add(request("a", "two"));
    EXPECT_FALSE(jobs.remove("a", "three"));
    EXPECT_TRUE(jobs.remove("a", "one"));
    EXPECT_FALSE(jobs.remove("a", "one"));
    EXPECT_EQ(names(jobs), (Names{"two/a"}));
}

TEST(PendingJobs, AreRemovedAllOfAStoreOrAll) {
    PendingJobs jobs;
    for (const char* id : {"a", "b"}) {
        for (const char* store : {"one", "two"}) jobs.add(request(id, store));
    }
    EXPECT_EQ(jobs.remove_all("one"), 2u);
    EXPECT_EQ(names(jobs), (Names{"two/a", "two/b"}));
    EXPECT_EQ(jobs.remove_all(""), 2u);
    EXPECT_EQ(jobs.begin(), jobs.end());
    jobs.add(request("a", "one"));
    jobs.clear();
    EXPECT_EQ(jobs.find("a", ""), nullptr);
}

}  // namespace
}  // namespace punctual::detail
