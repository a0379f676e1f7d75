#pragma once

#include <gtest/gtest.h>

#include <sqlite3.h>
#include <string>

namespace punctual::contract {

/// Another program at the same SQLite file, or the application that a scheduler is part of.
class OtherProgram {
public:
    explicit OtherProgram(const std::string& path) {
        EXPECT_EQ(sqlite3_open(path.c_str(), &handle_), SQLITE_OK);
    }
    ~OtherProgram() { EXPECT_EQ(sqlite3_close(handle_), SQLITE_OK) << "something is left open"; }
    OtherProgram(const OtherProgram&) = delete;
    OtherProgram& operator=(const OtherProgram&) = delete;

    void execute(const std::string& sql) {
        EXPECT_EQ(sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr), SQLITE_OK)
            << sql << ": " << sqlite3_errmsg(handle_);
    }
    /// The first column of the first row.
    [[nodiscard]] std::string query(const std::string& sql) {
        std::string found;
        const auto take = [](void* text, int, char** values, char**) {
            *static_cast<std::string*>(text) = values[0] == nullptr ? "null" : values[0];
            return 1;
        };
        sqlite3_exec(handle_, sql.c_str(), take, &found, nullptr);
        return found;
    }
    [[nodiscard]] sqlite3* handle() const { return handle_; }

private:
    sqlite3* handle_ = nullptr;
};

}  // namespace punctual::contract
