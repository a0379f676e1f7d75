#pragma once
// The part of the store contract about jobs: adding, editing, finding, listing.

#include <punctual/testing/store_contract/fixture.hpp>

#include <algorithm>
#include <cstdint>

namespace punctual::contract {

template <class Host>
class StoreJobs : public StoreTest<Host> {
protected:
    /// For tests of much.
    [[nodiscard]] static constexpr int many_jobs() {
        if constexpr (requires { Host::many_jobs; }) {
            return Host::many_jobs;
        } else {
            return 10'000;
        }
    }
    /// In steps, with the ids `count`, `count` + 1, …; their instants come in another order than
    /// they are added, in ten series.
    void add_many(int count) {
        constexpr int step = 10'000;
        for (int first = 0; first < count; first += step) {
            std::vector<JobRecord> jobs;
            for (int i = first; i < std::min(first + step, count); ++i) {
                const int place = i % 10 * (count / 10) + i / 10;
                jobs.push_back(make_job(std::to_string(count + i), begin + place * 1s));
            }
            ASSERT_TRUE(this->store->add(jobs).empty());
        }
    }
};
TYPED_TEST_SUITE_P(StoreJobs);

TYPED_TEST_P(StoreJobs, FindsWhatWasAdded) {
    JobSettings settings;
    settings.name = "Weekly report";
    settings.misfire_grace_time = 90s;
    settings.max_instances = 3;
    settings.max_catch_up = 7;
    settings.coalesce = false;
    settings.on_lost = OnLost::rerun;
    settings.keep_result = true;
    this->add(make_job("report", begin + 1h, "ops", settings));

    const JobRecord job = this->find("report");
    EXPECT_EQ(job.definition->id, "report");
    EXPECT_EQ(job.definition->call.task(), note.name());
    EXPECT_EQ(job.definition->call.arguments(), Value::array({"ops"}));
    EXPECT_EQ(job.definition->fault(), "");
    EXPECT_EQ(*job.definition->settings, settings);
    EXPECT_EQ(job.definition->trigger, interval(1h));
    EXPECT_EQ(job.definition->trigger.next(begin + 30min), begin + 1h);
    EXPECT_EQ(job.definition->added_at, begin);
    EXPECT_EQ(job.next_run_time, begin + 1h);
    EXPECT_EQ(job.last_run_time, begin);
    EXPECT_EQ(job.state, JobState::active);
    EXPECT_EQ(job.running, 0);
    EXPECT_GT(job.generation, 0);
}

TYPED_TEST_P(StoreJobs, KnowsNoJobThatWasNotAdded) {
    this->add(make_job("a", begin));
    EXPECT_FALSE(this->store->find("A"));
    EXPECT_FALSE(this->store->find(""));
    EXPECT_FALSE(this->store->find("aa"));
}

TYPED_TEST_P(StoreJobs, KeepsUnlimitedGrace) {
    this->add(make_job("a", begin));
    EXPECT_EQ(this->find("a").definition->settings->misfire_grace_time, unlimited);
}

TYPED_TEST_P(StoreJobs, AddsNothingIfAnIdExists) {
    this->add(make_job("b", begin));
    const std::vector<JobRecord> jobs = {make_job("a", begin), make_job("b", begin + 1h),
                                         make_job("c", begin)};
    EXPECT_EQ(this->store->add(jobs), (std::vector<std::size_t>{1}));
    EXPECT_FALSE(this->store->find("a"));
    EXPECT_FALSE(this->store->find("c"));
    EXPECT_EQ(this->find("b").next_run_time, begin);
}

TYPED_TEST_P(StoreJobs, AddsNothingIfAnIdStandsTwice) {
    const std::vector<JobRecord> jobs = {make_job("a", begin), make_job("b", begin),
                                         make_job("a", begin)};
    EXPECT_EQ(this->store->add(jobs), (std::vector<std::size_t>{2}));
    EXPECT_TRUE(this->store->list({}, 10).jobs.empty());
}

TYPED_TEST_P(StoreJobs, KeepsIdsAsBytes) {
    const std::vector<std::string> ids = {std::string(10'000, 'x'),
                                          "日本語 ☂",
                                          std::string("a\0b", 3),
                                          "a",
                                          "A",
                                          "%_'\"\\",
                                          "\xff\xfe"};
    for (const std::string& id : ids) this->add(make_job(id, begin));
    for (const std::string& id : ids) EXPECT_EQ(this->find(id).definition->id, id);
    EXPECT_EQ(this->store->list({}, 100).jobs.size(), ids.size());
}

TYPED_TEST_P(StoreJobs, KeepsLongAndForeignArguments) {
    const std::string text = "Grüße, 世界 \"\\\n\t" + std::string(1 << 20, 'y');
    this->add(make_job("long", begin, text));
    if constexpr (TypeParam::keeps_jobs) this->reopen();
    EXPECT_EQ(this->find("long").definition->call.arguments(), Value::array({text}));
}

TYPED_TEST_P(StoreJobs, KeepsMicroseconds) {
    JobRecord job = make_job("a", begin + 1us);
    job.last_run_time = begin - 3us;
    this->add(job);
    EXPECT_EQ(this->find("a").next_run_time, begin + 1us);
    EXPECT_EQ(this->find("a").last_run_time, begin - 3us);
}

TYPED_TEST_P(StoreJobs, GivesANewGenerationToAJobAddedAnew) {
    this->add(make_job("a", begin));
    const std::int64_t first = this->find("a").generation;
    this->remove("a");
    this->add(make_job("a", begin));
    EXPECT_GT(this->find("a").generation, first);
}

TYPED_TEST_P(StoreJobs, EditSeesTheJobAndCanKeepIt) {
    this->add(make_job("a", begin));
    std::vector<bool> found;
    this->edit({"a", "b"}, [&](std::size_t index, const JobRecord* current) {
        EXPECT_EQ(index, found.size());
        found.push_back(current != nullptr);
        return JobEdit{};
    });
    EXPECT_EQ(found, (std::vector<bool>{true, false}));
    EXPECT_EQ(this->find("a").next_run_time, begin);
    EXPECT_FALSE(this->store->find("b"));
}

TYPED_TEST_P(StoreJobs, EditPausesAndResumesWithoutChangingTheDefinition) {
    this->add(make_job("a", begin));
    const JobRecord before = this->find("a");
    this->edit({"a"}, [](std::size_t, const JobRecord* current) {
        JobEdit edit{.action = JobEdit::Action::put, .record = *current};
        edit.record.state = JobState::paused;
        edit.record.next_run_time = edit.record.due = never;
        return edit;
    });
    const JobRecord paused = this->find("a");
    EXPECT_EQ(paused.state, JobState::paused);
    EXPECT_EQ(paused.next_run_time, never);
    EXPECT_EQ(paused.version, before.version);
    EXPECT_EQ(paused.generation, before.generation);
    EXPECT_TRUE(this->claim(begin + 24h).claimed.empty());
}

TYPED_TEST_P(StoreJobs, EditOfTheDefinitionGrowsTheVersionAndKeepsTheGeneration) {
    this->add(make_job("a", begin));
    const JobRecord before = this->find("a");
    this->edit({"a"}, [](std::size_t, const JobRecord*) {
        JobSettings settings;
        settings.executor = "other";
        return JobEdit{.action = JobEdit::Action::put,
                       .record = make_job("a", begin + 5h, "changed", settings)};
    });
    const JobRecord after = this->find("a");
    EXPECT_GT(after.version, before.version);
    EXPECT_EQ(after.generation, before.generation);
    EXPECT_EQ(after.definition->call.arguments(), Value::array({"changed"}));
    EXPECT_TRUE(this->claim(begin + 5h).claimed.empty());
    EXPECT_EQ(this->claim(begin + 5h, 10, run_each_hour, "other").claimed.size(), 1u);
}

TYPED_TEST_P(StoreJobs, EditAddsAJobThatIsNotThere) {
    this->edit({"new"}, [](std::size_t, const JobRecord* current) {
        EXPECT_EQ(current, nullptr);
        return JobEdit{.action = JobEdit::Action::put, .record = make_job("new", begin + 2h)};
    });
    EXPECT_EQ(this->find("new").next_run_time, begin + 2h);
    EXPECT_GT(this->find("new").generation, 0);
}

TYPED_TEST_P(StoreJobs, EditThatThrowsChangesNothing) {
    this->add(make_job("a", begin));
    this->add(make_job("b", begin));
    EXPECT_THROW(this->edit({"a", "b"},
                            [](std::size_t index, const JobRecord*) -> JobEdit {
                                if (index == 1) throw ValueError("no");
                                return {.action = JobEdit::Action::remove};
                            }),
                 ValueError);
    EXPECT_TRUE(this->store->find("a"));
}

TYPED_TEST_P(StoreJobs, ListsInOrderOfNextRunTimeThenOfAdding) {
    this->add(make_job("third", begin + 3h));
    JobRecord paused = make_job("paused", never);
    paused.state = JobState::paused;
    this->add(paused);
    this->add(make_job("tie 1", begin + 2h));
    this->add(make_job("first", begin + 1h));
    this->add(make_job("tie 2", begin + 2h));
    const JobPage page = this->store->list({}, 100);
    EXPECT_EQ(ids_of(page.jobs), (Ids{"first", "tie 1", "tie 2", "third", "paused"}));
    EXPECT_EQ(page.next, "");
}

TYPED_TEST_P(StoreJobs, PagesGiveEachJobOnce) {
    std::vector<JobRecord> jobs;
    for (int i = 0; i < 1000; ++i) {
        const bool paused = i % 10 == 0;
        jobs.push_back(make_job("job " + std::to_string(i), paused ? never : begin + i / 7 * 1s));
        if (paused) jobs.back().state = JobState::paused;
    }
    ASSERT_TRUE(this->store->add(jobs).empty());
    std::vector<JobRecord> listed;
    std::string after;
    do {
        JobPage page = this->store->list(after, 37);
        EXPECT_LE(page.jobs.size(), 37u);
        listed.insert(listed.end(), page.jobs.begin(), page.jobs.end());
        after = page.next;
    } while (!after.empty());
    EXPECT_EQ(ids_of(listed), ids_of(this->store->list({}, 2000).jobs));
    EXPECT_EQ(listed.size(), 1000u);
}

TYPED_TEST_P(StoreJobs, PagesThroughManyJobsHoldNoMoreThanWasAskedFor) {
    constexpr int count = TestFixture::many_jobs();
    constexpr std::size_t limit = count / 50 + 7;
    this->add_many(count);
    std::vector<bool> seen(count);
    std::string after;
    Instant last = Instant::min();
    do {
        const JobPage page = this->store->list(after, limit);
        ASSERT_LE(page.jobs.size(), limit);
        ASSERT_FALSE(page.jobs.empty());
        for (const JobRecord& job : page.jobs) {
            const auto number = static_cast<std::size_t>(std::stoi(job.definition->id) - count);
            ASSERT_FALSE(seen[number]) << "job " << number << " comes twice";
            seen[number] = true;
            ASSERT_GE(job.next_run_time, last);
            last = job.next_run_time;
        }
        after = page.next;
    } while (!after.empty());
    EXPECT_EQ(std::ranges::count(seen, true), count);
}

TYPED_TEST_P(StoreJobs, AnExactLastPageHasNoNext) {
    for (const char* id : {"a", "b", "c", "d"}) this->add(make_job(id, begin));
    const JobPage first = this->store->list({}, 2);
    ASSERT_NE(first.next, "");
    EXPECT_EQ(this->store->list(first.next, 2).next, "");
    EXPECT_EQ(this->store->list({}, 4).next, "");
}

TYPED_TEST_P(StoreJobs, RefusesAPageThatIsNone) {
    EXPECT_THROW(static_cast<void>(this->store->list("nonsense", 10)), ValueError);
}

TYPED_TEST_P(StoreJobs, RemovesAll) {
    for (const char* id : {"a", "b", "c"}) this->add(make_job(id, begin));
    EXPECT_EQ(this->store->remove_all(), 3u);
    EXPECT_EQ(this->store->remove_all(), 0u);
    EXPECT_TRUE(this->store->list({}, 10).jobs.empty());
    EXPECT_TRUE(this->claim(begin).claimed.empty());
    this->add(make_job("a", begin));
    EXPECT_EQ(this->claim(begin).claimed.size(), 1u);
}

TYPED_TEST_P(StoreJobs, KeepsJobsAcrossAReopening) {
    if constexpr (!TypeParam::keeps_jobs) return this->expect_nothing_kept();
    this->add(make_job("a", begin + 1h, "text"));
    const JobRecord before = this->find("a");
    this->reopen();
    const JobRecord after = this->find("a");
    EXPECT_EQ(after.generation, before.generation);
    EXPECT_EQ(after.version, before.version);
    EXPECT_EQ(after.next_run_time, before.next_run_time);
    EXPECT_EQ(after.definition->call.arguments(), Value::array({"text"}));
    EXPECT_EQ(*after.definition->settings, *before.definition->settings);
    EXPECT_EQ(after.definition->trigger, before.definition->trigger);
}

TYPED_TEST_P(StoreJobs, NeverGivesAGenerationTwice) {
    this->add(make_job("a", begin));
    const std::int64_t first = this->find("a").generation;
    this->remove("a");
    if constexpr (TypeParam::keeps_jobs) this->reopen();
    this->add(make_job("b", begin));
    EXPECT_GT(this->find("b").generation, first);
}

TYPED_TEST_P(StoreJobs, StoresSideBySideDoNotMix) {
    TypeParam other_host;
    const auto other = other_host.connect();
    other->open({.access = StoreAccess::schedule, .history = {}, .now = begin});
    this->add(make_job("a", begin));
    EXPECT_FALSE(other->find("a"));
    EXPECT_TRUE(this->store->find("a"));
    other->close();
}

TYPED_TEST_P(StoreJobs, RefusesACallWithoutANameIfItKeepsJobs) {
    JobRecord job = make_job("nameless", begin);
    JobDefinition definition = *job.definition;
    definition.call = Call([] {});
    job.definition = std::make_shared<const JobDefinition>(definition);
    if (this->store->durable()) {
        EXPECT_THROW(this->store->add(std::span(&job, 1)), SerializationError);
        EXPECT_FALSE(this->store->find("nameless"));
    } else {
        EXPECT_TRUE(this->store->add(std::span(&job, 1)).empty());
    }
}

REGISTER_TYPED_TEST_SUITE_P(
    StoreJobs, FindsWhatWasAdded, KnowsNoJobThatWasNotAdded, KeepsUnlimitedGrace,
    AddsNothingIfAnIdExists, AddsNothingIfAnIdStandsTwice, KeepsIdsAsBytes,
    KeepsLongAndForeignArguments, KeepsMicroseconds, GivesANewGenerationToAJobAddedAnew,
    EditSeesTheJobAndCanKeepIt, EditPausesAndResumesWithoutChangingTheDefinition,
    EditOfTheDefinitionGrowsTheVersionAndKeepsTheGeneration, EditAddsAJobThatIsNotThere,
    EditThatThrowsChangesNothing, ListsInOrderOfNextRunTimeThenOfAdding, PagesGiveEachJobOnce,
    PagesThroughManyJobsHoldNoMoreThanWasAskedFor, AnExactLastPageHasNoNext, RefusesAPageThatIsNone,
    RemovesAll, KeepsJobsAcrossAReopening, NeverGivesAGenerationTwice, StoresSideBySideDoNotMix,
    RefusesACallWithoutANameIfItKeepsJobs);

}  // namespace punctual::contract
