#pragma once
// A transaction that the application has under way on the database of a store: jobs that are added,
// changed or removed in it exist exactly if the application's rows do.
//
//     sqlite3_exec(shop, "BEGIN IMMEDIATE; INSERT INTO orders …", …);
//     scheduler.add_job(sqlite_transaction(shop), ship_order(42), at("2025-06-01 09:00"));
//     sqlite3_exec(shop, "COMMIT", …);
//     scheduler.wakeup();
//
// Made by `sqlite_transaction` and `postgresql_transaction`, in the headers of these stores.

#include <string_view>

namespace punctual {

/// Refers to the application's connection, and changes nothing of it: it neither begins nor ends
/// transactions, and leaves all settings as they are.
/// *Lifetime*: as long as the connection. *Thread safety*: that of the connection.
class Transaction {
public:
    /// For stores of one's own: `client` names the library that `connection` is of, and lives as
    /// long as the program.
    Transaction(std::string_view client, void* connection)
        : client_(client), connection_(connection) {}

    [[nodiscard]] std::string_view client() const { return client_; }
    [[nodiscard]] void* connection() const { return connection_; }

private:
    std::string_view client_;
    void* connection_;
};

}  // namespace punctual
