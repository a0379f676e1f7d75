// The rules of CONTRIBUTING.md that a program can check.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <regex>
#include <string>
#include <vector>

namespace {

namespace fs = std::filesystem;

struct Source {
    std::string path;  // from the project's folder
    std::vector<std::string> lines;

    [[nodiscard]] bool is_header() const { return path.ends_with(".hpp"); }
    [[nodiscard]] bool is_in(const char* folder) const { return path.starts_with(folder); }
};

Source read_source(const fs::path& file) {
    Source source{fs::relative(file, PROJECT_FOLDER).string(), {}};
    std::ifstream stream(file);
    for (std::string line; std::getline(stream, line);) source.lines.push_back(line);
    return source;
}

std::vector<Source> read_sources() {
    std::vector<Source> sources;
    for (const char* folder : {"include", "src", "apps", "tests", "examples", "benchmarks"}) {
        for (const auto& entry :
             fs::recursive_directory_iterator(fs::path(PROJECT_FOLDER) / folder)) {
            const fs::path extension = entry.path().extension();
            if (extension == ".hpp" || extension == ".cpp") {
                sources.push_back(read_source(entry.path()));
            }
        }
    }
    return sources;
}

const std::vector<Source>& sources() {
    static const std::vector<Source> all = read_sources();
    return all;
}

/// Columns of a line of UTF-8: its bytes but those that continue a character.
std::ptrdiff_t columns(const std::string& line) {
    return std::ranges::count_if(
        line, [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; });
}

/// Fails for each line that `part` of matches, in the files that `applies` to.
template <class Part, class Applies>
void expect_no_match(const char* pattern, const char* reason, Part part, Applies applies) {
    const std::regex expression(pattern);
    for (const Source& source : sources()) {
        if (!applies(source)) continue;
        for (std::size_t index = 0; index < source.lines.size(); ++index) {
            EXPECT_FALSE(std::regex_search(part(source.lines[index]), expression))
                << source.path << ":" << index + 1 << ": " << source.lines[index] << "\n"
                << reason;
        }
    }
}

std::string whole(const std::string& line) {
    return line;
}

std::string code(const std::string& line) {
    return line.substr(0, line.find("//"));
}

bool everywhere_else(const Source& source) {
    return !source.is_in("tests/style/");
}

TEST(Style, SourcesAreFound) {
    EXPECT_GT(sources().size(), 5U);
}

TEST(Style, LinesHaveAtMost100Columns) {
    for (const Source& source : sources()) {
        for (std::size_t index = 0; index < source.lines.size(); ++index) {
            EXPECT_LE(columns(source.lines[index]), 100) << source.path << ":" << index + 1;
        }
    }
}

TEST(Style, LinesHaveNoTabsAndNoSpacesAtTheEnd) {
    for (const Source& source : sources()) {
        for (std::size_t index = 0; index < source.lines.size(); ++index) {
            const std::string& line = source.lines[index];
            EXPECT_EQ(line.find('\t'), std::string::npos) << source.path << ":" << index + 1;
            EXPECT_FALSE(line.ends_with(' ')) << source.path << ":" << index + 1;
        }
    }
}

TEST(Style, FilesHaveAtMost400Lines) {
    for (const Source& source : sources()) {
        EXPECT_LE(source.lines.size(), 400U) << source.path << ": give each of its jobs a file";
    }
}

TEST(Style, HeadersAreIncludedOnce) {
    for (const Source& source : sources()) {
        if (!source.is_header()) continue;
        EXPECT_NE(std::ranges::find(source.lines, "#pragma once"), source.lines.end())
            << source.path << ": has no #pragma once";
    }
}

TEST(Style, PublicHeadersOpenWithWhatTheyAre) {
    for (const Source& source : sources()) {
        if (!source.is_header() || !source.is_in("include/")) continue;
        ASSERT_GE(source.lines.size(), 2U) << source.path;
        EXPECT_TRUE(source.lines[0] == "#pragma once" && source.lines[1].starts_with("// "))
            << source.path << ": #pragma once, then a comment that says what the noun is";
    }
}

TEST(Style, PublicHeadersAreQuickToCompile) {
    expect_no_match(
        R"re(^\s*#include <(functional|filesystem|regex|iostream|nlohmann/.*|fmt/.*|spdlog/.*)>)re",
        "include it in sources only: each user would compile it", code,
        [](const Source& source) { return source.is_in("include/"); });
}

TEST(Style, OnlyAdaptersShowThirdPartyHeaders) {
    expect_no_match(R"re(^\s*#include <(absl|sqlite3|toml|CLI)\b)re",
                    "public headers stand on the standard library", code,
                    [](const Source& source) { return source.is_in("include/"); });
}

TEST(Style, OnlyTheAdapterOfAsioShowsBoost) {
    expect_no_match(R"re(^\s*#include [<"]boost/)re", "keep it in the sources of the adapter", code,
                    [](const Source& source) {
                        const bool is_core = source.is_in("include/") || source.is_in("src/");
                        return is_core && source.path.find("/asio") == std::string::npos &&
                               !source.is_in("src/loops/fiber/");
                    });
}

TEST(Style, OnlyTheTimeLayerUsesAbseil) {
    expect_no_match(
        R"re(^\s*#include [<"]absl/)re", "use punctual/time.hpp", code,
        [](const Source& source) { return everywhere_else(source) && !source.is_in("src/time/"); });
}

TEST(Style, UnsafeCallsAreNotUsed) {
    expect_no_match(R"re(\b(rand|srand|sprintf|vsprintf|strcpy|strcat|strtok|gets|atoi|)re"
                    R"re(atol|atof|system|setjmp|longjmp|alloca)\s*\()re",
                    "it is unsafe, or hides its errors", code, everywhere_else);
}

TEST(Style, NamespacesAreNotUsedInHeaders) {
    expect_no_match(R"re(^\s*using namespace (?!std::(chrono|string|string_view)_literals))re",
                    "it would reach every user of the header", code,
                    [](const Source& source) { return source.is_header(); });
}

TEST(Style, UnitTestsNeitherSleepNorReadTheClock) {
    expect_no_match(R"re(this_thread::sleep|_clock::now\(|\btime\(nullptr|)re"
                    R"re(\b(usleep|nanosleep|gettimeofday|clock_gettime|clock_nanosleep)\s*\()re",
                    "use a manual clock", code,
                    [](const Source& source) { return source.is_in("tests/unit/"); });
}

TEST(Style, OnlyClocksReadTheSystemsClock) {
    expect_no_match(R"re(\b(system_clock::now|gettimeofday)\s*\()re",
                    "take `now` as a parameter, or ask a Clock", code, [](const Source& source) {
                        const bool is_clock = source.path.find("clock") != std::string::npos;
                        return (source.is_in("src/") || source.is_in("include/")) && !is_clock;
                    });
}

TEST(Style, TheEngineWaitsForNothing) {
    expect_no_match(R"re(\b(sleep_for|sleep_until|wait_for|wait_until|_clock::now)\b)re",
                    "the engine decides; drivers wait", code,
                    [](const Source& source) { return source.is_in("src/engine/"); });
}

TEST(Style, NothingIsLeftToDo) {
    expect_no_match(R"re(\b(TODO|FIXME|XXX|HACK)\b)re", "do it, or open an issue", whole,
                    everywhere_else);
}

TEST(Style, NoPathOfSomeonesMachine) {
    expect_no_match(R"re("(/home/|/root/|/work/|/Users/))re", "it exists on one machine only", code,
                    everywhere_else);
}

}  // namespace
