#include "stores/job_codec.hpp"

#include <punctual/triggers/interval.hpp>

#include <gmock/gmock.h>

namespace punctual::detail {
namespace {

using ::testing::HasSubstr;

const auto codec_task = task("punctual.job_codec_test", [](int, const std::string&) {});
const Instant added = parse_instant("2025-01-01T00:00:00Z");

JobDefinition make_definition(Call call) {
    return {.id = "a",
            .call = std::move(call),
            .trigger = interval(1h).resolve(added, TimeZone::utc()),
            .added_at = added,
            .settings = std::make_shared<const JobSettings>()};
}

StoredDefinitionView view(const StoredDefinition& stored) {
    return {.task = stored.task,
            .arguments = stored.arguments,
            .trigger = stored.trigger,
            .options = stored.options,
            .added_at = stored.added_at};
}

TEST(JobCodec, ReadsBackWhatItWrote) {
    JobCodec codec;
    const JobDefinition definition = make_definition(codec_task(1, "two"));
    const auto read = codec.decode("a", view(codec.encode(definition)));
    EXPECT_EQ(read->fault(), "");
    EXPECT_EQ(read->call.task(), codec_task.name());
    EXPECT_EQ(read->call.arguments(), Value::array({1, "two"}));
    EXPECT_EQ(read->trigger, definition.trigger);
    EXPECT_EQ(read->trigger.next(added), added + 1h);
    EXPECT_EQ(*read->settings, *definition.settings);
}

TEST(JobCodec, JobsThatAreAlikeShareTheirSettings) {
    JobCodec codec;
    const StoredDefinition stored = codec.encode(make_definition(codec_task(1, "two")));
    EXPECT_EQ(codec.decode("a", view(stored))->settings, codec.decode("b", view(stored))->settings);
}

TEST(JobCodec, SettingsThatDifferAreWrittenDifferently) {
    JobCodec codec;
    JobDefinition definition = make_definition(codec_task(1, "two"));
    static_cast<void>(codec.encode(definition));
    definition.settings = std::make_shared<const JobSettings>(JobSettings{.max_instances = 5});
    const auto read = codec.decode("a", view(codec.encode(definition)));
    EXPECT_EQ(read->settings->max_instances, 5);
}

TEST(JobCodec, SaysHowToNameACallWithoutAName) {
    JobCodec codec;
    try {
        static_cast<void>(codec.encode(make_definition(Call([] {}))));
        FAIL() << "a nameless call was stored";
    } catch (const SerializationError& error) {
        EXPECT_THAT(error.what(), HasSubstr("job \"a\""));
        EXPECT_THAT(error.what(), HasSubstr("task(\"name\", function)"));
    }
}

TEST(JobCodec, WritesBackWhatItCouldNotRead) {
    JobCodec codec;
    const StoredDefinition stored = {.task = "punctual.job_codec_test",
                                     .arguments = "[1,",
                                     .trigger = "{\"type\":",
                                     .options = "{}",
                                     .added_at = added};
    const auto read = codec.decode("a", view(stored));
    EXPECT_NE(read->call.fault(), "");
    EXPECT_NE(read->trigger.fault(), "");
    EXPECT_EQ(read->trigger.next(added), std::nullopt);
    const StoredDefinition again = codec.encode(*read);
    EXPECT_EQ(again.arguments, stored.arguments);
    EXPECT_EQ(again.trigger, stored.trigger);
}

TEST(JobCodec, OptionsOfANewerVersionSurviveAChange) {
    JobCodec codec;
    const StoredDefinition stored = codec.encode(make_definition(codec_task(1, "two")),
                                                 R"({"colour":"blue","coalesce":false})");
    EXPECT_THAT(stored.options, HasSubstr(R"("colour":"blue")"));
    EXPECT_THAT(stored.options, HasSubstr(R"("coalesce":true)"));
}

TEST(JobCodec, NamesTheOptionThatCannotBeRead) {
    EXPECT_THROW(static_cast<void>(decode_settings(Value::object({{"on_lost", "sometimes"}}))),
                 SerializationError);
    JobCodec codec;
    const auto read = codec.decode("a", {.task = "punctual.job_codec_test",
                                         .arguments = "[1,\"two\"]",
                                         .trigger = R"({"type":"interval","hours":1})",
                                         .options = R"({"max_instances":"many"})",
                                         .added_at = added});
    EXPECT_THAT(read->fault(), HasSubstr("\"max_instances\""));
}

TEST(RecentCache, KeepsWhatIsUsedAndDropsTheRest) {
    RecentCache<int, int> cache(10);
    for (int i = 0; i < 1000; ++i) {
        cache.keep(i, i);
        ASSERT_NE(cache.find(0), nullptr) << "after " << i;
    }
    EXPECT_EQ(*cache.find(999), 999);
    EXPECT_EQ(cache.find(500), nullptr);
}

}  // namespace
}  // namespace punctual::detail
