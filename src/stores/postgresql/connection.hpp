#pragma once
// A connection to PostgreSQL, with its statements prepared and sent one behind the other.

#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "stores/host_addresses.hpp"
#include "stores/postgresql/parameters.hpp"
#include "stores/postgresql/result.hpp"
#include "stores/postgresql/tables.hpp"
#include "stores/sql/connection.hpp"

struct pg_conn;

namespace punctual::detail {

struct PostgresqlLocation;
struct PostgresqlServer;

class PostgresqlConnection final : public SqlConnection {
public:
    explicit PostgresqlConnection(const PostgresqlLocation& location,
                                  HostResolver resolver = addresses_of_host);
    ~PostgresqlConnection() override;
    PostgresqlConnection(const PostgresqlConnection&) = delete;
    PostgresqlConnection& operator=(const PostgresqlConnection&) = delete;

    // --- Before `prepare` ---

    /// Statements without results.
    void execute(const std::string& sql);
    /// The columns of the first row as text; empty if there is none.
    [[nodiscard]] std::vector<std::string> query_text(const std::string& sql);
    [[nodiscard]] int server_version() const;
    [[nodiscard]] int process() const;
    [[nodiscard]] const std::string& name() const { return name_; }

    /// Makes the statements of the store ready, all of them or those that only read.
    void prepare(const PostgresqlTables& tables, bool only_reads);

    // --- After it ---

    void send(SqlStatement statement, const SqlParameters& parameters) override;
    [[nodiscard]] SqlRows receive() override;
    void begin() override;
    void commit() override;
    void rollback() noexcept override;
    [[nodiscard]] bool is_usable() const override;

private:
    enum class Awaited : std::uint8_t {
        rows,    ///< Of a statement that was sent.
        done,    ///< Of a word about the transaction.
        synced,  ///< The server has come so far, and begins anew after an error.
    };

    struct ConnectError {
        std::string state;  ///< Of the server; empty if none answered.
        std::string message;

        /// Becomes what is said about both.
        void add(const ConnectError& next);
    };

    /// Where a server is; several times where its name has several addresses. *Throws* ValueError
    /// if it has none.
    [[nodiscard]] std::vector<PostgresqlServer> places_of(const PostgresqlServer& server,
                                                          const PostgresqlLocation& location) const;
    void connect(const PostgresqlLocation& location);
    /// True if it is connected, at one of its places; else adds to `failures`. `wanted`: what the
    /// server is to be, in place of what `location` says, unless null. *Throws* if it refuses what
    /// the others would refuse too.
    [[nodiscard]] bool try_server(const PostgresqlLocation& location,
                                  const PostgresqlServer& server, const char* wanted,
                                  ConnectError& failures);
    /// Nothing if it is connected.
    [[nodiscard]] std::optional<ConnectError> try_place(const PostgresqlLocation& location,
                                                        const PostgresqlServer& place,
                                                        const char* wanted);
    [[nodiscard]] std::optional<ConnectError> wait_until_connected(int timeout_seconds);
    [[nodiscard]] static ConnectError read_connect_error(std::string_view text);
    [[nodiscard]] PostgresqlResult run_text(const std::string& sql);

    /// Until all is sent and the whole of an answer is there, or it is known that none comes.
    /// *Throws* StoreUnavailableError if the server takes and says nothing for too long.
    void await_answer();
    void send_word(const char* word);
    void synchronise();
    /// The answer that is awaited next; null for `synced`.
    [[nodiscard]] PostgresqlResult take_next();
    void check(const pg_result* result) const;
    [[noreturn]] void fail_and_drain(const pg_result* result);
    void drain() noexcept;
    void require_sent(int sent);

    pg_conn* handle_ = nullptr;
    std::string name_;
    const std::chrono::seconds answer_timeout_;
    const HostResolver resolver_;
    PostgresqlParameters parameters_;
    std::deque<Awaited> awaited_;
    bool is_lost_ = false;
};

}  // namespace punctual::detail
