#pragma once
// A pipe with a name: how a command tells a test how far it has come.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include <sys/stat.h>

namespace punctual::testing {

/// In a folder of its own, both gone afterwards.
class Fifo {
public:
    Fifo() {
        std::string name = (std::filesystem::temp_directory_path() / "punctual-XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr) ADD_FAILURE() << "cannot make a folder " << name;
        folder_ = name;
        if (::mkfifo(path().c_str(), S_IRUSR | S_IWUSR) != 0) {
            ADD_FAILURE() << "cannot make the fifo " << path();
        }
    }
    Fifo(const Fifo&) = delete;
    Fifo& operator=(const Fifo&) = delete;
    ~Fifo() { std::filesystem::remove_all(folder_); }

    [[nodiscard]] std::string folder() const { return folder_.string(); }
    [[nodiscard]] std::string path() const { return (folder_ / "fifo").string(); }
    /// Waits for a command that opens it for writing and writes a line.
    [[nodiscard]] std::string read_line() {
        if (!stream_.is_open()) stream_.open(path());
        std::string line;
        std::getline(stream_, line);
        return line;
    }
    /// Waits until no process has it open for writing any more; returns what they wrote.
    [[nodiscard]] std::string read_to_end() {
        if (!stream_.is_open()) stream_.open(path());
        return {std::istreambuf_iterator<char>(stream_), {}};
    }

private:
    std::filesystem::path folder_;
    std::ifstream stream_;
};

}  // namespace punctual::testing
