#pragma once
// A connection to MariaDB, with its statements prepared.

#include <mysql.h>

#include <array>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "stores/mysql/prepared.hpp"
#include "stores/mysql/tables.hpp"
#include "stores/sql/connection.hpp"

namespace punctual::detail {

struct MysqlLocation;

class MysqlConnection final : public SqlConnection {
public:
    explicit MysqlConnection(const MysqlLocation& location);
    ~MysqlConnection() override;
    MysqlConnection(const MysqlConnection&) = delete;
    MysqlConnection& operator=(const MysqlConnection&) = delete;

    /// A statement without a result.
    void execute(const std::string& sql);
    /// The columns of the first row as text, null as empty; empty if there is none.
    [[nodiscard]] std::vector<std::string> query_text(const std::string& sql);
    [[nodiscard]] const std::string& name() const { return name_; }

    /// Makes the statements of the store ready, all of them or those that only read.
    void prepare(const MysqlTables& tables, bool only_reads);

    // --- After it ---

    /// The server answers one statement before it takes the next, so this waits for it.
    void send(SqlStatement statement, const SqlParameters& parameters) override;
    [[nodiscard]] SqlRows receive() override;
    void begin() override;
    void commit() override;
    void rollback() noexcept override;
    [[nodiscard]] bool is_usable() const override { return !is_lost_; }

private:
    void connect(const MysqlLocation& location);
    void require_server();
    [[noreturn]] void fail(unsigned code, const char* message);

    std::string name_;
    std::unique_ptr<MYSQL, decltype(&mysql_close)> handle_;
    std::array<std::vector<MysqlPrepared>, sql_statement_count> prepared_;
    std::deque<std::unique_ptr<MysqlRows>> answers_;
    // How many bytes of parameters go to the server at once.
    std::size_t largest_packet_ = 0;
    bool is_lost_ = false;
};

}  // namespace punctual::detail
