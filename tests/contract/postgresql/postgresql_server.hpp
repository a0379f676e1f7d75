#pragma once
// What tests on PostgreSQL have in common: the server that script/test-servers started, and stores
// of their own on it.

#include <punctual/stores/postgresql.hpp>

#include <gtest/gtest.h>
#include <libpq-fe.h>
#include <unistd.h>

#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>

namespace punctual::contract {

/// Null if there is no server to test on.
[[nodiscard]] inline const char* postgresql_url() {
    return std::getenv("PUNCTUAL_TEST_POSTGRESQL_URL");
}

/// The folder with the socket of that server.
[[nodiscard]] inline std::string socket_folder() {
    const std::string url = postgresql_url();
    const std::size_t first = url.find("host=") + 5;
    return url.substr(first, url.find('&', first) - first);
}

/// A connection of the test's own, beside those of the store.
class PostgresqlClient {
public:
    explicit PostgresqlClient(const std::string& url = postgresql_url())
        : handle_(PQconnectdb(url.c_str())) {
        if (PQstatus(handle_) != CONNECTION_OK) {
            const std::string message = PQerrorMessage(handle_);
            PQfinish(handle_);
            throw std::runtime_error(message);
        }
    }
    ~PostgresqlClient() { PQfinish(handle_); }
    PostgresqlClient(const PostgresqlClient&) = delete;
    PostgresqlClient& operator=(const PostgresqlClient&) = delete;

    /// The first column of the first row; empty if there is none.
    std::string run(const std::string& sql) {
        const std::unique_ptr<PGresult, decltype(&PQclear)> result(PQexec(handle_, sql.c_str()),
                                                                   PQclear);
        const ExecStatusType status = PQresultStatus(result.get());
        if (status != PGRES_TUPLES_OK && status != PGRES_COMMAND_OK) {
            throw std::runtime_error(sql + ": " + PQerrorMessage(handle_));
        }
        return PQntuples(result.get()) == 0 ? "" : PQgetvalue(result.get(), 0, 0);
    }

    [[nodiscard]] PGconn* handle() const { return handle_; }

private:
    PGconn* handle_;
};

/// A schema of its own for a test, gone with it.
class PostgresqlSchema {
public:
    PostgresqlSchema() {
        static int count = 0;
        name_ = "test_" + std::to_string(getpid()) + "_" + std::to_string(++count);
    }
    ~PostgresqlSchema() {
        try {
            PostgresqlClient().run("SET client_min_messages = error; DROP SCHEMA IF EXISTS " +
                                   name_ + " CASCADE");
        } catch (const std::exception& error) {
            ADD_FAILURE() << error.what();
        }
    }
    PostgresqlSchema(const PostgresqlSchema&) = delete;
    PostgresqlSchema& operator=(const PostgresqlSchema&) = delete;

    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] std::string url() const {
        return std::string(postgresql_url()) + "&schema=" + name_;
    }

private:
    std::string name_;
};

/// A schema of its own, for the tests that all servers share.
class PostgresqlHost {
public:
    static constexpr bool keeps_jobs = true;
    static constexpr const char* socket_name = ".s.PGSQL.5432";

    [[nodiscard]] static bool is_there() { return postgresql_url() != nullptr; }
    [[nodiscard]] static std::string address() { return socket_folder() + "/" + socket_name; }
    [[nodiscard]] std::string url() const { return schema_.url(); }
    [[nodiscard]] std::string url_by(const std::string& socket) const {
        return "postgresql://punctual@/postgres?host=" + socket.substr(0, socket.rfind('/')) +
               "&schema=" + schema_.name();
    }
    [[nodiscard]] std::shared_ptr<JobStore> connect() { return make_postgresql_store(url()); }
    [[nodiscard]] const PostgresqlSchema& schema() const { return schema_; }

private:
    PostgresqlSchema schema_;
};

}  // namespace punctual::contract
