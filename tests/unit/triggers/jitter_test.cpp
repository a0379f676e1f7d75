#include "triggers/jitter.hpp"

#include <punctual/triggers/date.hpp>
#include <punctual/triggers/interval.hpp>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <set>

namespace punctual {
namespace {

const Instant new_year = parse_instant("2025-01-01T00:00:00Z");

Trigger every_minute(Duration jitter) {
    return interval(1min, {.start_date = new_year, .jitter = jitter});
}

struct DocumentedDelay {
    const char* id;
    std::int64_t nominal;
    std::uint64_t mixed;
    Duration longest;
    Duration delay;
};

TEST(Jitter, GivesTheDocumentedDelays) {
    const DocumentedDelay documented[] = {
        {"", 0, 0x813f0174a2367c13U, 60s, 30292058us},
        {"report", 1735689600000000, 0x6e50d242c4d4c076U, 60s, 25855244us},
        {"report", 1735776000000000, 0x10a6de6f583e156dU, 60s, 3902773us},
        {"backup", 1735689600000000, 0x748c8920d71ccce4U, 3600s, 1638969854us},
        {"größe", -1, 0x66bda675d2e5cd19U, 1s, 401331us},
    };
    for (const auto& [id, nominal, mixed, longest, delay] : documented) {
        const Instant instant{std::chrono::microseconds(nominal)};
        EXPECT_EQ(detail::jitter_hash(id, instant), mixed) << id;
        EXPECT_EQ(detail::jitter_delay(id, instant, longest), delay) << id;
    }
}

TEST(Jitter, DelaysNothingWhereThereIsNone) {
    EXPECT_EQ(every_minute(0s).due("report", new_year), new_year);
}

TEST(Jitter, LeavesTheNominalSeriesAsItIs) {
    EXPECT_EQ(every_minute(30s).next(new_year), every_minute(0s).next(new_year));
}

TEST(Jitter, DiffersBetweenJobs) {
    std::set<Instant> due;
    for (int job = 0; job < 100; ++job) {
        due.insert(every_minute(30s).due("job " + std::to_string(job), new_year));
    }
    EXPECT_GT(due.size(), 95U);
}

TEST(Jitter, DelaysNoRunPastTheEnd) {
    const Trigger ends =
        interval(1min, {.start_date = new_year, .end_date = new_year + 2min, .jitter = 59s});
    EXPECT_EQ(ends.due("report", new_year + 2min), new_year + 2min);
    EXPECT_GT(ends.due("report", new_year + 1min), new_year + 1min);
}

TEST(Jitter, DelaysTheLastRepresentableInstantNotAtAll) {
    const Trigger last = interval(1min, {.start_date = Instant::max(), .jitter = 1min});
    EXPECT_EQ(last.due("report", Instant::max()), Instant::max());
}

RC_GTEST_PROP(Jitter, StaysWithinItsLimits, (const std::string& id, std::uint16_t minutes)) {
    const auto jitter = std::chrono::milliseconds(*rc::gen::inRange(1, 300'000));
    const Instant nominal = new_year + std::chrono::minutes(minutes);
    const Instant due = every_minute(jitter).due(id, nominal);
    RC_ASSERT(due >= nominal);
    RC_ASSERT(due <= nominal + jitter);
    RC_ASSERT(due < nominal + 1min);
}

TEST(Jitter, ReachesBothEndsOfAShortSpan) {
    std::set<Duration::rep> delays;
    for (int i = 0; i < 200; ++i) {
        delays.insert(detail::jitter_delay("job", new_year + std::chrono::seconds(i), 2us).count());
    }
    EXPECT_EQ(delays, (std::set<Duration::rep>{0, 1, 2}));
}

}  // namespace
}  // namespace punctual
