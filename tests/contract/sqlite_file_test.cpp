// What is particular to SQLite files: those that are damaged, foreign, newer, locked or in use.

#include <punctual/stores/sqlite.hpp>
#include <punctual/testing/store_contract/fixture.hpp>

#include <gmock/gmock.h>

#include <unistd.h>
#include <fstream>
#include <iterator>
#include <set>

#include "contract/other_program.hpp"
#include "contract/temporary_folder.hpp"

namespace punctual::contract {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

std::string read_file(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void write_file(const std::string& path, const std::string& bytes) {
    std::ofstream(path, std::ios::binary) << bytes;
}

std::string message_of(JobStore& store, StoreAccess access) {
    try {
        store.open({.access = access, .history = {}, .now = begin});
    } catch (const StoreUnavailableError& error) {
        return "unavailable: " + std::string(error.what());
    } catch (const StoreError& error) {
        return error.what();
    }
    return "it opened";
}

class SqliteFiles : public ::testing::Test {
protected:
    [[nodiscard]] std::shared_ptr<JobStore> connect(const std::string& options = {}) const {
        return make_sqlite_store("sqlite:///" + path + options);
    }
    [[nodiscard]] std::shared_ptr<JobStore> open(const std::string& options = {}) const {
        auto store = connect(options);
        store->open({.access = StoreAccess::schedule, .history = {}, .now = begin});
        return store;
    }
    [[nodiscard]] std::string refusal(StoreAccess access = StoreAccess::schedule) const {
        return message_of(*connect(), access);
    }
    /// A file of `count` jobs, closed.
    void make_file(int count) const {
        const auto store = open("?synchronous=normal");
        std::vector<JobRecord> jobs;
        for (int i = 0; i < count; ++i) {
            jobs.push_back(make_job("job " + std::to_string(i), begin + i * 1s));
        }
        EXPECT_TRUE(store->add(jobs).empty());
        store->close();
    }

    TemporaryFolder folder;
    std::string path = folder.file("jobs.sqlite");
};

TEST_F(SqliteFiles, AFileThatIsNoDatabaseIsRefusedAndLeftAsItIs) {
    const std::string text(10'000, 'x');
    write_file(path, text);
    EXPECT_THAT(refusal(), AllOf(HasSubstr(path), HasSubstr("is damaged")));
    EXPECT_EQ(read_file(path), text);
}

TEST_F(SqliteFiles, ATruncatedFileIsRefusedAndLeftAsItIs) {
    make_file(1000);
    const std::string half = read_file(path).substr(0, 40'000);
    write_file(path, half);
    EXPECT_THAT(refusal(), HasSubstr("is damaged"));
    EXPECT_EQ(read_file(path), half);
}

TEST_F(SqliteFiles, APageOfGarbageIsReportedAndNotWrittenOver) {
    make_file(1000);
    std::string bytes = read_file(path);
    for (std::size_t i = 4096; i < bytes.size(); ++i) bytes[i] = '\x5a';
    write_file(path, bytes);
    try {
        const auto store = open();
        static_cast<void>(store->list({}, 1000));
        FAIL() << "garbage was read as jobs";
    } catch (const StoreUnavailableError& error) {
        FAIL() << "a retry will not help: " << error.what();
    } catch (const StoreError& error) {
        EXPECT_THAT(error.what(), HasSubstr("is damaged"));
    }
    EXPECT_EQ(read_file(path).substr(4096), bytes.substr(4096));
}

TEST_F(SqliteFiles, ADatabaseOfAnotherProgramIsRefusedAndLeftAsItIs) {
    OtherProgram(path).execute("CREATE TABLE customers (name TEXT)");
    const std::string before = read_file(path);
    EXPECT_THAT(refusal(), AllOf(HasSubstr("another program"), HasSubstr("\"customers\"")));
    EXPECT_THAT(refusal(StoreAccess::inspect), HasSubstr("another program"));
    EXPECT_EQ(read_file(path), before);
}

TEST_F(SqliteFiles, AnotherSchemaIsRefusedAndLeftAsItIs) {
    make_file(1);
    OtherProgram(path).execute("PRAGMA user_version = 99");
    const std::string before = read_file(path);
    EXPECT_THAT(refusal(), AllOf(HasSubstr("newer version"), HasSubstr("99")));
    EXPECT_EQ(read_file(path), before);
    OtherProgram(path).execute("PRAGMA user_version = 0");
    EXPECT_THAT(refusal(), HasSubstr("an older version (its schema is 0"));
    EXPECT_THAT(refusal(StoreAccess::inspect), HasSubstr("an older version (its schema is 0"));
}

TEST_F(SqliteFiles, AnOlderSchemaIsBroughtUpToDateByAScheduler) {
    make_file(3);
    OtherProgram(path).execute("DROP TABLE nodes; PRAGMA user_version = 1");
    const std::string before = read_file(path);
    EXPECT_THAT(refusal(StoreAccess::inspect), HasSubstr("is brought up to date by the first"));
    EXPECT_EQ(read_file(path), before);
    const auto store = open();
    EXPECT_EQ(ids_of(store->list({}, 100).jobs), (Ids{"job 0", "job 1", "job 2"}));
    EXPECT_EQ(OtherProgram(path).query("PRAGMA user_version"), "2");
    EXPECT_EQ(OtherProgram(path).query("SELECT count(*) FROM nodes"), "1");
    EXPECT_EQ(refusal(StoreAccess::inspect), "it opened");
}

TEST_F(SqliteFiles, AnUpdateThatFailsChangesNothing) {
    make_file(3);
    OtherProgram(path).execute(
        "DROP TABLE nodes; PRAGMA user_version = 1; CREATE TABLE nodes (mine TEXT)");
    EXPECT_THAT(refusal(), HasSubstr("of another program"));
    EXPECT_EQ(OtherProgram(path).query("PRAGMA user_version"), "1");
    OtherProgram(path).execute("DROP TABLE nodes");
    EXPECT_EQ(ids_of(open()->list({}, 100).jobs), (Ids{"job 0", "job 1", "job 2"}));
}

TEST_F(SqliteFiles, AnEmptyFileBecomesAStore) {
    write_file(path, "");
    EXPECT_EQ(refusal(), "it opened");
}

TEST_F(SqliteFiles, ASecondSchedulerIsRefusedUntilTheFirstCloses) {
    const auto first = open();
    EXPECT_THAT(refusal(), HasSubstr("is in use by another scheduler (process " +
                                     std::to_string(getpid()) + ")"));
    first->close();
    EXPECT_EQ(refusal(), "it opened");
}

TEST_F(SqliteFiles, AFolderThatIsNotThereIsNamed) {
    const auto store = make_sqlite_store("sqlite:///" + folder.file("missing/jobs.sqlite"));
    EXPECT_THAT(message_of(*store, StoreAccess::schedule),
                AllOf(HasSubstr("missing/jobs.sqlite"), HasSubstr("No such file or directory")));
}

/// Root may write everywhere: for as long as this lives it is nobody, who owns these files.
class Nobody {
public:
    explicit Nobody(const std::vector<std::string>& files) {
        if (!is_root_) return;
        for (const std::string& file : files) {
            if (chown(file.c_str(), nobody, nobody) != 0) std::abort();
        }
        if (seteuid(nobody) != 0) std::abort();
    }
    ~Nobody() {
        if (is_root_ && seteuid(0) != 0) std::abort();
    }
    Nobody(const Nobody&) = delete;
    Nobody& operator=(const Nobody&) = delete;

private:
    static constexpr uid_t nobody = 65534;
    bool is_root_ = geteuid() == 0;
};

TEST_F(SqliteFiles, AFolderThatCannotBeWrittenIsRefusedToASchedulerButCanBeInspected) {
    make_file(3);
    std::filesystem::remove(path + "-lock");
    const Nobody nobody({folder.path(), path});
    std::filesystem::permissions(path, std::filesystem::perms::owner_read);
    std::filesystem::permissions(
        folder.path(), std::filesystem::perms::owner_read | std::filesystem::perms::owner_exec);
    EXPECT_THAT(refusal(), HasSubstr("Permission denied"));
    EXPECT_EQ(refusal(StoreAccess::inspect), "it opened");
    std::filesystem::permissions(folder.path(), std::filesystem::perms::owner_all);
}

TEST_F(SqliteFiles, InspectingMakesNothing) {
    EXPECT_THAT(refusal(StoreAccess::inspect), HasSubstr("there is no store"));
    EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST_F(SqliteFiles, InspectingLeavesTheFolderAsItWas) {
    make_file(3);
    const auto list_folder = [this] {
        std::set<std::string> names;
        for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
            names.insert(entry.path().filename());
        }
        return names;
    };
    const std::set<std::string> before = list_folder();
    const std::string bytes = read_file(path);
    const auto inspector = connect();
    inspector->open({.access = StoreAccess::inspect, .history = {}, .now = begin});
    EXPECT_EQ(inspector->list({}, 10).jobs.size(), 3u);
    inspector->close();
    EXPECT_EQ(list_folder(), before);
    EXPECT_EQ(read_file(path), bytes);
}

TEST_F(SqliteFiles, InspectingWorksBesideASchedulerAndChangesNothing) {
    make_file(3);
    const auto scheduler = open();
    const auto inspector = connect();
    inspector->open({.access = StoreAccess::inspect, .history = {}, .now = begin});
    EXPECT_EQ(inspector->list({}, 10).jobs.size(), 3u);
    const JobRecord job = make_job("new", begin);
    EXPECT_THROW(inspector->add(std::span(&job, 1)), StoreError);
    EXPECT_TRUE(scheduler->add(std::span(&job, 1)).empty());
    EXPECT_TRUE(inspector->find("new"));
}

TEST_F(SqliteFiles, ADatabaseLockedByAnotherProgramIsUnavailableUntilItLetsGo) {
    const auto store = open("?busy_timeout=0s");
    const JobRecord job = make_job("a", begin);
    OtherProgram other(path);
    other.execute("BEGIN IMMEDIATE");
    EXPECT_THROW(store->add(std::span(&job, 1)), StoreUnavailableError);
    EXPECT_FALSE(store->find("a"));
    other.execute("ROLLBACK");
    EXPECT_TRUE(store->add(std::span(&job, 1)).empty());
}

TEST_F(SqliteFiles, WhatANewerVersionAddedToTheOptionsSurvivesAChange) {
    make_file(1);
    OtherProgram(path).execute(
        "UPDATE definitions SET options = json_set(options, '$.colour', 'blue')");
    const auto store = open();
    EditBy editor([](std::size_t, const JobRecord*) {
        JobSettings settings;
        settings.max_instances = 7;
        return JobEdit{.action = JobEdit::Action::put,
                       .record = make_job("job 0", begin, {}, settings)};
    });
    const std::string id = "job 0";
    store->edit(std::span(&id, 1), editor);
    EXPECT_EQ(store->find("job 0")->definition->settings->max_instances, 7);
    store->close();
    EXPECT_THAT(read_file(path), HasSubstr("\"colour\":\"blue\""));
}

TEST_F(SqliteFiles, WhatCannotBeReadIsAFaultAndIsKept) {
    make_file(4);
    OtherProgram other(path);
    other.execute("UPDATE definitions SET task = 'nowhere' WHERE generation = 1");
    other.execute("UPDATE definitions SET trigger = '{\"type\":\"tidal\"}' WHERE generation = 2");
    other.execute(
        "UPDATE definitions SET options = '{\"max_instances\":\"x\"}' WHERE generation = 3");
    const auto store = open();
    EXPECT_THAT(store->find("job 0")->definition->fault(), HasSubstr("\"nowhere\""));
    EXPECT_THAT(store->find("job 1")->definition->fault(), HasSubstr("tidal"));
    EXPECT_EQ(store->find("job 1")->definition->trigger.to_value(),
              Value::object({{"type", "tidal"}}));
    EXPECT_THAT(store->find("job 2")->definition->fault(), HasSubstr("\"max_instances\""));
    EXPECT_EQ(store->find("job 3")->definition->fault(), "");
}

TEST_F(SqliteFiles, ReadUrlsStrictly) {
    for (const char* url : {"sqlite:///a?sync=full", "sqlite:///a?synchronous=off", "sqlite://a",
                            "sqlite:///a%2", "sqlite:///a?busy_timeout=5", "postgresql:///a"}) {
        EXPECT_THROW(static_cast<void>(make_sqlite_store(url)), ConfigurationError) << url;
    }
    EXPECT_EQ(make_sqlite_store("sqlite:///a%20b.sqlite")->describe(), "sqlite:///a b.sqlite");
    EXPECT_EQ(make_sqlite_store("sqlite:////a")->describe(), "sqlite:////a");
    EXPECT_EQ(make_sqlite_store(":memory:")->describe(), "sqlite:// (in memory)");
}

}  // namespace
}  // namespace punctual::contract
