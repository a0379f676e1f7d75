// The program with its state on a server, of each kind that the tests have one of.

#include <gtest/gtest.h>

#include <unistd.h>
#include <cstdlib>
#include <ostream>
#include <string>

#include "program.hpp"

namespace punctual::program_testing {
namespace {

struct Server {
    const char* name;
    const char* variable;  ///< Of the environment: the URL that script/test-servers gave it.
    const char* trusted;   ///< A user whom it lets in with any password; empty if there is none.

    friend std::ostream& operator<<(std::ostream& out, const Server& server) {
        return out << server.name;
    }
};

class ProgramWithServer : public testing::TestWithParam<Server> {
protected:
    void SetUp() override {
        const char* url = std::getenv(GetParam().variable);
        if (url == nullptr) {
            GTEST_SKIP() << "there is no " << GetParam().name << " server: run script/test-servers";
        }
        server_ = url;
        folder.write("jobs.toml",
                     "[jobs.greet]\n"
                     "interval = \"1s\"\n"
                     "command = [\"echo\", \"hello\"]\n");
    }

    /// Of a store that only this test uses; `name` tells several of them apart.
    [[nodiscard]] std::string url(const std::string& name) const {
        const char mark = server_.find('?') == std::string::npos ? '?' : '&';
        return server_ + mark + "prefix=program_" + std::to_string(getpid()) + "_" + name;
    }
    /// The same with a user and a password.
    [[nodiscard]] std::string url_for(const std::string& login, const std::string& name) const {
        const std::string known = url(name);
        const std::size_t user = known.find("://") + 3;
        const std::size_t at = known.find('@', user);
        const std::size_t host = at < known.find('/', user) ? at + 1 : user;
        return known.substr(0, user) + login + "@" + known.substr(host);
    }
    [[nodiscard]] std::string scheme() const { return server_.substr(0, server_.find("://")); }

    Outcome run_for(const std::string& store, const std::string& time) {
        return run_program(folder, {"run", "jobs.toml", "--store", store, "--for", time});
    }
    [[nodiscard]] std::vector<Value> jobs_in(const std::string& store) const {
        const Outcome outcome = run_program(folder, {"jobs", "--store", store, "--json"});
        EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
        return json_lines(outcome.output);
    }

    Folder folder;

private:
    std::string server_;
};

TEST_P(ProgramWithServer, KeepsJobsAndRunsThere) {
    const std::string store = url("run");
    const Outcome missing = run_program(folder, {"jobs", "--store", store});
    EXPECT_NE(missing.exit_code, 0);
    EXPECT_NE(missing.errors.find(scheme() + "://"), std::string::npos) << missing.errors;

    const Outcome run = run_for(store, "2500ms");
    EXPECT_EQ(run.exit_code, 0) << run.errors;
    EXPECT_NE(run.output.find("kept in " + scheme() + "://"), std::string::npos) << run.output;
    EXPECT_FALSE(folder.has("jobs.sqlite"));
    const std::vector<Value> jobs = jobs_in(store);
    ASSERT_EQ(jobs.size(), 1u);
    EXPECT_EQ(*jobs[0].find("id"), Value("greet"));
    const Outcome runs = run_program(folder, {"runs", "--store", store, "--json"});
    ASSERT_FALSE(json_lines(runs.output).empty()) << runs.errors;
    EXPECT_EQ(*json_lines(runs.output)[0].find("output"), Value("hello\n"));
}

TEST_P(ProgramWithServer, CopiesJobsToAFileAndBack) {
    const std::string store = url("from");
    ASSERT_EQ(run_for(store, "100ms").exit_code, 0);
    const std::vector<Value> jobs = jobs_in(store);
    ASSERT_EQ(jobs.size(), 1u);

    const std::string file = "sqlite:///copied.sqlite";
    const Outcome there = run_program(folder, {"copy", store, file});
    EXPECT_EQ(there.exit_code, 0) << there.errors;
    EXPECT_EQ(jobs_in(file), jobs);
    const Outcome back = run_program(folder, {"copy", file, url("to")});
    EXPECT_EQ(back.exit_code, 0) << back.errors;
    EXPECT_EQ(jobs_in(url("to")), jobs);

    const Outcome again = run_program(folder, {"copy", file, url("to")});
    EXPECT_NE(again.exit_code, 0);
    EXPECT_NE(again.errors.find("greet"), std::string::npos) << again.errors;
}

TEST_P(ProgramWithServer, NeverShowsAPassword) {
    const Outcome refused = run_for(url_for("stranger:secret", "refused"), "100ms");
    EXPECT_NE(refused.exit_code, 0) << refused.output;
    EXPECT_NE(refused.errors.find(scheme() + "://"), std::string::npos) << refused.errors;
    EXPECT_EQ((refused.output + refused.errors).find("secret"), std::string::npos)
        << refused.output << refused.errors;

    const std::string user = GetParam().trusted;
    if (user.empty()) return;
    const Outcome taken = run_for(url_for(user + ":secret", "taken"), "100ms");
    EXPECT_EQ(taken.exit_code, 0) << taken.errors;
    EXPECT_NE(taken.output.find("kept in " + scheme() + "://"), std::string::npos) << taken.output;
    EXPECT_EQ((taken.output + taken.errors).find("secret"), std::string::npos)
        << taken.output << taken.errors;
}

INSTANTIATE_TEST_SUITE_P(Servers, ProgramWithServer,
                         testing::Values(Server{"PostgreSQL", "PUNCTUAL_TEST_POSTGRESQL_URL",
                                                "punctual"},
                                         Server{"MariaDB", "PUNCTUAL_TEST_MYSQL_URL", ""},
                                         Server{"MongoDB", "PUNCTUAL_TEST_MONGODB_URL", ""},
                                         Server{"Redis", "PUNCTUAL_TEST_REDIS_URL", "default"}),
                         [](const auto& test) { return std::string(test.param.name); });

}  // namespace
}  // namespace punctual::program_testing
