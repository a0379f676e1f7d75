#pragma once
// What a kind of database brings to the store: connections, on tables that are there and fit.

#include <punctual/transaction.hpp>

#include <memory>
#include <string>

#include "stores/sql/connection.hpp"

namespace punctual::detail {

/// *Throws*, where it connects, StoreUnavailableError if a retry may help and StoreError if not.
/// *Thread safety*: one connection is made at a time.
class SqlBackend {
public:
    virtual ~SqlBackend() = default;
    /// As in messages: the URL without a password.
    [[nodiscard]] virtual std::string describe() const = 0;
    /// Makes or updates the tables where that is needed, and holds the lock of the one scheduler
    /// that uses them for as long as the connection lives.
    [[nodiscard]] virtual std::unique_ptr<SqlConnection> connect_to_schedule() = 0;
    /// False if the connection of a scheduler is the only way to the jobs: then lookups go by it.
    [[nodiscard]] virtual bool reads_beside_scheduler() const { return true; }
    /// Beside the connection of a scheduler.
    [[nodiscard]] virtual std::unique_ptr<SqlConnection> connect_to_read() = 0;
    /// Changes nothing, and disturbs no scheduler.
    [[nodiscard]] virtual std::unique_ptr<SqlConnection> connect_to_inspect() = 0;
    /// On the connection of a caller, with a savepoint in his transaction in the place of a
    /// transaction: nothing of the connection is changed, and it stays the caller's. Used by the
    /// caller's thread, while a scheduler has its own. Null where that cannot be. *Throws*
    /// TransactionError.
    [[nodiscard]] virtual std::unique_ptr<SqlConnection> join(const Transaction&) {
        return nullptr;
    }
};

/// *Throws* TransactionError unless the transaction is one of this client library.
void require_client(const Transaction& transaction, std::string_view client,
                    const std::string& store);

}  // namespace punctual::detail
