#pragma once
// What tests on MariaDB have in common: the server that script/test-servers started, and stores of
// their own on it.

#include <punctual/stores/mysql.hpp>

#include <gtest/gtest.h>
#include <mysql.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>

namespace punctual::contract {

/// Null if there is no server to test on: `mysql://user@/database?socket=…`, whose user may do
/// everything.
[[nodiscard]] inline const char* mysql_url() {
    return std::getenv("PUNCTUAL_TEST_MYSQL_URL");
}

/// A part of that URL, from behind `before` to `after`.
[[nodiscard]] inline std::string mysql_url_part(const std::string& before,
                                                const std::string& after) {
    const std::string url = mysql_url();
    const std::size_t first = url.find(before) + before.size();
    return url.substr(first, url.find(after, first) - first);
}
[[nodiscard]] inline std::string mysql_user() {
    return mysql_url_part("://", "@");
}
[[nodiscard]] inline std::string mysql_socket() {
    return mysql_url_part("socket=", "&");
}

/// A connection of the test's own, beside those of the store.
class MysqlClient {
public:
    explicit MysqlClient(const std::string& user = mysql_user(),
                         const std::string& socket = mysql_socket())
        : handle_(mysql_init(nullptr), mysql_close) {
        if (mysql_real_connect(handle_.get(), nullptr, user.c_str(), "", nullptr, 0, socket.c_str(),
                               0) == nullptr) {
            throw std::runtime_error(mysql_error(handle_.get()));
        }
    }

    /// The first column of the first row; empty if there is none.
    std::string run(const std::string& sql) {
        if (mysql_real_query(handle_.get(), sql.data(), sql.size()) != 0) {
            throw std::runtime_error(sql + ": " + mysql_error(handle_.get()));
        }
        const std::unique_ptr<MYSQL_RES, decltype(&mysql_free_result)> result(
            mysql_store_result(handle_.get()), mysql_free_result);
        const MYSQL_ROW row = result == nullptr ? nullptr : mysql_fetch_row(result.get());
        return row == nullptr || row[0] == nullptr ? "" : row[0];
    }

private:
    std::unique_ptr<MYSQL, decltype(&mysql_close)> handle_;
};

/// A database of its own for a test, gone with it.
class MysqlDatabase {
public:
    MysqlDatabase() {
        static int count = 0;
        name_ = "test_" + std::to_string(getpid()) + "_" + std::to_string(++count);
        MysqlClient().run("CREATE DATABASE " + name_);
    }
    ~MysqlDatabase() {
        try {
            MysqlClient().run("DROP DATABASE " + name_);
        } catch (const std::exception& error) {
            ADD_FAILURE() << error.what();
        }
    }
    MysqlDatabase(const MysqlDatabase&) = delete;
    MysqlDatabase& operator=(const MysqlDatabase&) = delete;

    [[nodiscard]] const std::string& name() const { return name_; }
    /// `login` is "user" or "user:password".
    [[nodiscard]] std::string url_for(const std::string& login,
                                      const std::string& socket = mysql_socket()) const {
        return "mysql://" + login + "@/" + name_ + "?socket=" + socket;
    }
    [[nodiscard]] std::string url() const { return url_for(mysql_user()); }

private:
    std::string name_;
};

/// A database of its own, for the tests that all servers share.
class MysqlHost {
public:
    static constexpr bool keeps_jobs = true;
    static constexpr const char* socket_name = "socket";

    [[nodiscard]] static bool is_there() { return mysql_url() != nullptr; }
    [[nodiscard]] static std::string address() { return mysql_socket(); }
    [[nodiscard]] std::string url() const { return database_.url(); }
    [[nodiscard]] std::string url_by(const std::string& socket) const {
        return database_.url_for(mysql_user(), socket);
    }
    [[nodiscard]] std::shared_ptr<JobStore> connect() { return make_mysql_store(url()); }
    [[nodiscard]] const MysqlDatabase& database() const { return database_; }

private:
    MysqlDatabase database_;
};

}  // namespace punctual::contract
