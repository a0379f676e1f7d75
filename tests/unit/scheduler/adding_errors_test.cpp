// What can't be added, and what is said about it.

#include "scheduler_testing.hpp"

namespace punctual::testing {
namespace {

class AddingWrongly : public SchedulerTest {};

TEST_F(AddingWrongly, RefusesAnIdThatExists) {
    scheduler.start();
    scheduler.add_job(note(), interval(10s), {.id = "report"});
    const std::string message = message_of<ConflictingIdError>(
        [&] { scheduler.add_job(note(), interval(99s), {.id = "report"}); });
    EXPECT_THAT(message, HasSubstr("report"));
    EXPECT_EQ(scheduler.get_job("report").next_run_time(), second(10));
    EXPECT_EQ(events.count(EventType::job_added), 1u);
}

TEST_F(AddingWrongly, RefusesAnIdThatIsPending) {
    scheduler.add_job(note(), interval(10s), {.id = "report"});
    EXPECT_THROW(scheduler.add_job(note(), interval(99s), {.id = "report"}), ConflictingIdError);
    scheduler.start();
    EXPECT_EQ(scheduler.get_job("report").next_run_time(), second(10));
}

TEST_F(AddingWrongly, AddsNoneOfManyIfOneExists) {
    scheduler.start();
    scheduler.add_job(note(), interval(10s), {.id = "b"});
    const std::vector<JobRequest> requests = {
        {.call = note(), .trigger = interval(1s), .options = {.id = "a"}},
        {.call = note(), .trigger = interval(1s), .options = {.id = "b"}}};
    EXPECT_THROW(scheduler.add_jobs(requests), ConflictingIdError);
    EXPECT_FALSE(scheduler.find_job("a"));
}

TEST_F(AddingWrongly, AddsNoneOfManyIfTwoHaveOneId) {
    scheduler.start();
    const std::vector<JobRequest> requests = {
        {.call = note(), .trigger = interval(1s), .options = {.id = "a"}},
        {.call = note(), .trigger = interval(1s), .options = {.id = "a"}}};
    EXPECT_THROW(scheduler.add_jobs(requests), ConflictingIdError);
    EXPECT_FALSE(scheduler.find_job("a"));
}

TEST_F(AddingWrongly, NamesAnUnknownStoreAndThoseThereAre) {
    scheduler.start();
    const std::string message = message_of<UnknownStoreError>(
        [&] { scheduler.add_job(note(), interval(10s), {.store = "archive"}); });
    EXPECT_THAT(message, HasSubstr("archive"));
    EXPECT_THAT(message, HasSubstr("default"));
}

TEST_F(AddingWrongly, NamesAnUnknownExecutorAndThoseThereAre) {
    scheduler.start();
    const std::string message = message_of<UnknownExecutorError>(
        [&] { scheduler.add_job(note(), interval(10s), {.executor = "gpu"}); });
    EXPECT_THAT(message, HasSubstr("gpu"));
    EXPECT_THAT(message, HasSubstr("held"));
}

TEST_F(AddingWrongly, RefusesValuesOutOfRange) {
    scheduler.start();
    const auto add = [&](JobOptions options) { scheduler.add_job(note(), interval(10s), options); };
    EXPECT_THAT(message_of<ValueError>([&] { add({.max_instances = 0}); }),
                HasSubstr("max_instances"));
    EXPECT_THAT(message_of<ValueError>([&] { add({.max_catch_up = -1}); }),
                HasSubstr("max_catch_up"));
    EXPECT_THAT(message_of<ValueError>([&] { add({.misfire_grace_time = 0s}); }),
                HasSubstr("misfire_grace_time"));
    EXPECT_THAT(scheduler.get_jobs(), IsEmpty());
}

TEST_F(AddingWrongly, RefusesValuesOutOfRangeBeforeTheStartToo) {
    EXPECT_THROW(scheduler.add_job(note(), interval(10s), {.max_instances = 0}), ValueError);
    EXPECT_THAT(scheduler.get_jobs(), IsEmpty());
}

TEST_F(AddingWrongly, SaysAllOnOneLine) {
    scheduler.start();
    scheduler.add_job(note(), interval(10s), {.id = "report"});
    const std::vector<std::string> messages = {
        message_of<ConflictingIdError>(
            [&] { scheduler.add_job(note(), interval(99s), {.id = "report"}); }),
        message_of<UnknownStoreError>(
            [&] { scheduler.add_job(note(), interval(9s), {.store = "x"}); }),
        message_of<JobLookupError>([&] { static_cast<void>(scheduler.get_job("nobody")); })};
    for (const std::string& message : messages) {
        EXPECT_EQ(message.find('\n'), std::string::npos) << message;
    }
}

TEST_F(AddingWrongly, NamesAJobThatIsUnknown) {
    scheduler.start();
    EXPECT_THAT(message_of<JobLookupError>([&] { static_cast<void>(scheduler.get_job("nobody")); }),
                HasSubstr("nobody"));
    EXPECT_THROW(scheduler.modify_job("nobody", {.name = "x"}), JobLookupError);
    EXPECT_THROW(scheduler.reschedule_job("nobody", interval(1s)), JobLookupError);
    EXPECT_THROW(scheduler.pause_job("nobody"), JobLookupError);
    EXPECT_THROW(scheduler.resume_job("nobody"), JobLookupError);
    EXPECT_THROW(scheduler.run_job("nobody"), JobLookupError);
    EXPECT_THROW(scheduler.remove_job("nobody"), JobLookupError);
    EXPECT_FALSE(scheduler.find_job("nobody"));
}

TEST_F(AddingWrongly, NamesAJobThatIsUnknownBeforeTheStartToo) {
    EXPECT_THROW(static_cast<void>(scheduler.get_job("nobody")), JobLookupError);
    EXPECT_THROW(scheduler.remove_job("nobody"), JobLookupError);
    EXPECT_THROW(scheduler.pause_job("nobody"), JobLookupError);
}

TEST_F(AddingWrongly, NamesAnUnknownStoreOfALookup) {
    scheduler.start();
    scheduler.add_job(note(), interval(10s), {.id = "report"});
    EXPECT_THROW(static_cast<void>(scheduler.get_job("report", "archive")), UnknownStoreError);
    EXPECT_THROW(static_cast<void>(scheduler.get_jobs("archive")), UnknownStoreError);
    EXPECT_THROW(scheduler.remove_all_jobs("archive"), UnknownStoreError);
}

TEST_F(AddingWrongly, ReportsTwoTasksOfOneNameAtTheStart) {
    // The registry lives as long as the program, so this is the last start in its process.
    EXPECT_EXIT(
        {
            const auto first = task("adding.twice", [] {});
            const auto second = task("adding.twice", [](int) {});
            TestingScheduler own;
            try {
                own.start();
            } catch (const TaskError& error) {
                std::fprintf(stderr, "%s\n", error.what());
                std::exit(3);
            }
        },
        ::testing::ExitedWithCode(3), "adding.twice");
}

}  // namespace
}  // namespace punctual::testing
