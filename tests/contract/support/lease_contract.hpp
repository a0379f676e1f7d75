#pragma once
// What every store keeps to that knows its scheduler by a lease.

#include <gmock/gmock.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <thread>

#include "contract/support/refusal.hpp"

namespace punctual::contract {

/// `Host` has `is_there()`, `url()`, to which options can be added, `own_elsewhere(milliseconds)`,
/// which gives the store to a scheduler called "elsewhere/1/2/boot/3" for so long, and `owner()`.
template <class Host>
class StoreLeases : public ::testing::Test {
protected:
    void SetUp() override {
        if (!Host::is_there()) GTEST_SKIP() << "there is no server: run script/test-servers ctest";
        host = std::make_unique<Host>();
    }
    [[nodiscard]] std::shared_ptr<JobStore> open(const std::string& options = {},
                                                 StoreAccess access = StoreAccess::schedule) const {
        auto opened = store(host->url() + options).make();
        opened->open({.access = access, .history = {}, .now = begin});
        return opened;
    }
    [[nodiscard]] std::string refusal(StoreAccess access = StoreAccess::schedule) const {
        return refusal_at(host->url(), access);
    }

    std::unique_ptr<Host> host;
};
TYPED_TEST_SUITE_P(StoreLeases);

TYPED_TEST_P(StoreLeases, HaveOneSchedulerUntilItCloses) {
    const auto first = this->open();
    EXPECT_THAT(this->refusal(), testing::HasSubstr("is in use by another scheduler (process " +
                                                    std::to_string(getpid()) + " on "));
    first->close();
    EXPECT_EQ(this->refusal(), "it worked");
}

TYPED_TEST_P(StoreLeases, KeepTheirSchedulerWhileItLives) {
    const auto first = this->open("&lease=1s");
    std::this_thread::sleep_for(1500ms);
    EXPECT_THAT(this->refusal(), testing::HasSubstr("is in use by another scheduler"));
}

TYPED_TEST_P(StoreLeases, OfASchedulerElsewhereAreWaitedFor) {
    this->open()->close();
    this->host->own_elsewhere(4500);
    EXPECT_THAT(this->refusal(),
                testing::HasSubstr("(process 1 on elsewhere); if that one has died, its lease "
                                   "ends in 5s"));
    EXPECT_EQ(this->refusal(StoreAccess::inspect), "it worked");
    this->host->own_elsewhere(-1);
    EXPECT_EQ(this->refusal(), "it worked");
}

TYPED_TEST_P(StoreLeases, OfOthersAreLeftAlone) {
    const auto store = this->open();
    this->host->own_elsewhere(60'000);
    const JobRecord job = make_job("a", begin);
    EXPECT_THAT(message_of([&] { store->add(std::span(&job, 1)); }),
                testing::HasSubstr("was taken over by another scheduler"));
    EXPECT_FALSE(store->find("a"));
    store->close();
    EXPECT_THAT(this->host->owner(), testing::HasSubstr("elsewhere/1/2/boot/3"));
}

TYPED_TEST_P(StoreLeases, AreNotTakenByLooking) {
    EXPECT_THAT(this->refusal(StoreAccess::inspect), testing::HasSubstr("there is no store at "));
    const auto scheduler = this->open();
    const auto inspector = this->open({}, StoreAccess::inspect);
    const JobRecord job = make_job("new", begin);
    EXPECT_THAT(message_of([&] { inspector->add(std::span(&job, 1)); }),
                testing::HasSubstr("is open for looking only"));
    EXPECT_TRUE(scheduler->add(std::span(&job, 1)).empty());
    EXPECT_TRUE(inspector->find("new"));
}

REGISTER_TYPED_TEST_SUITE_P(StoreLeases, HaveOneSchedulerUntilItCloses,
                            KeepTheirSchedulerWhileItLives, OfASchedulerElsewhereAreWaitedFor,
                            OfOthersAreLeftAlone, AreNotTakenByLooking);

}  // namespace punctual::contract
