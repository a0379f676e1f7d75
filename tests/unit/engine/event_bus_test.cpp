#include "engine/event_bus.hpp"

#include <gmock/gmock.h>

#include <optional>
#include <string>
#include <thread>

namespace punctual::detail {
namespace {

using ::testing::ElementsAre;

JobAdded added(std::string id) {
    JobAdded event;
    event.job_id = std::move(id);
    return event;
}

class EventBusTest : public ::testing::Test {
protected:
    template <class F>
    void listen(F function) {
        bus.add(std::make_shared<FunctionListener<JobAdded, F>>(std::move(function)),
                EventType::job_added);
    }
    void note(const JobAdded& event) { told.push_back(event.job_id); }

    EventBus bus;
    std::vector<std::string> told;
};

TEST_F(EventBusTest, TellsAtOnceWhereNothingSaysOtherwise) {
    listen([this](const JobAdded& event) { note(event); });
    bus.tell(added("a"));
    EXPECT_THAT(told, ElementsAre("a"));
}

TEST_F(EventBusTest, WhatAListenerBringsAboutIsToldAfterwards) {
    int depth = 0;
    listen([&](const JobAdded& event) {
        EXPECT_EQ(++depth, 1) << "within a listener";
        if (event.job_id == "a") {
            bus.tell(added("b"));
            bus.tell(added("c"));
        }
        --depth;
    });
    listen([this](const JobAdded& event) { note(event); });
    bus.tell(added("a"));
    EXPECT_THAT(told, ElementsAre("a", "b", "c"));
}

TEST_F(EventBusTest, WhatHappensElsewhereMeanwhileIsToldByTheOneWhoTells) {
    const auto here = std::this_thread::get_id();
    listen([&](const JobAdded& event) {
        EXPECT_EQ(std::this_thread::get_id(), here);
        if (event.job_id == "a") std::thread([&] { bus.tell(added("b")); }).join();
        note(event);
    });
    bus.tell(added("a"));
    EXPECT_THAT(told, ElementsAre("a", "b"));
}

TEST_F(EventBusTest, ListenersAreCalledOneAfterAnother) {
    constexpr int threads = 4;
    constexpr int count = 2'000;
    std::atomic<int> inside = 0;
    int sum = 0;
    listen([&](const JobAdded&) {
        EXPECT_EQ(++inside, 1);
        ++sum;
        --inside;
    });
    std::vector<std::thread> tellers;
    for (int i = 0; i < threads; ++i) {
        tellers.emplace_back([&] {
            for (int j = 0; j < count; ++j) bus.tell(added("x"));
        });
    }
    for (std::thread& teller : tellers) teller.join();
    EXPECT_EQ(sum, threads * count);
}

TEST_F(EventBusTest, AnExceptionOfAListenerDoesNotKeepTheNextFromHearing) {
    listen([](const JobAdded&) { throw std::runtime_error("no"); });
    listen([this](const JobAdded& event) { note(event); });
    bus.tell(added("a"));
    bus.tell(added("b"));
    EXPECT_THAT(told, ElementsAre("a", "b"));
}

// As in an event loop: listeners are called in its turns alone.
class EventBusWithAPlaceTest : public EventBusTest {
protected:
    EventBusWithAPlaceTest() {
        bus.set_place({.is_here = [this] { return in_turn || !is_watched; },
                       .ask =
                           [this] {
                               if (is_watched) ++asked;
                               return is_watched;
                           }});
        listen([this](const JobAdded& event) { note(event); });
    }
    bool turn() {
        in_turn = true;
        const bool more = bus.tell_kept();
        in_turn = false;
        return more;
    }

    bool is_watched = true;
    bool in_turn = false;
    int asked = 0;
};

TEST_F(EventBusWithAPlaceTest, KeepsWhatHappensElsewhereAndAsks) {
    bus.tell(added("a"));
    bus.tell(added("b"));
    EXPECT_THAT(told, ElementsAre());
    EXPECT_EQ(asked, 2);
    EXPECT_FALSE(turn());
    EXPECT_THAT(told, ElementsAre("a", "b"));
}

TEST_F(EventBusWithAPlaceTest, ABacklogIsToldInParts) {
    for (int i = 0; i < 1'000; ++i) bus.tell(added("x"));
    EXPECT_TRUE(turn());
    EXPECT_LT(told.size(), 1'000u);
    // One that happens in its turn comes after them, and does not bring all of them with it.
    const std::size_t before = told.size();
    in_turn = true;
    bus.tell(added("last"));
    in_turn = false;
    EXPECT_EQ(told.size(), before);
    while (turn()) continue;
    EXPECT_EQ(told.size(), 1'001u);
    EXPECT_EQ(told.back(), "last");
}

TEST_F(EventBusWithAPlaceTest, ATurnWithinAListenerTellsNothing) {
    std::optional<bool> more;
    listen([&](const JobAdded& event) {
        if (event.job_id == "a") more = bus.tell_kept();
    });
    bus.tell(added("a"));
    bus.tell(added("b"));
    EXPECT_FALSE(turn());
    EXPECT_EQ(more, false);
    EXPECT_THAT(told, ElementsAre("a", "b"));
}

TEST_F(EventBusWithAPlaceTest, WhatIsLeftWhenThePlaceIsGoneComesBeforeTheNext) {
    bus.tell(added("a"));
    is_watched = false;
    bus.tell(added("b"));
    EXPECT_THAT(told, ElementsAre("a", "b"));
}

}  // namespace
}  // namespace punctual::detail
