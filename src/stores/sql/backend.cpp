#include "stores/sql/backend.hpp"

#include <fmt/format.h>

namespace punctual::detail {

void require_client(const Transaction& transaction, std::string_view client,
                    const std::string& store) {
    if (transaction.client() != client) {
        throw TransactionError(fmt::format("{} takes part in transactions of {}, not of {}", store,
                                           client, transaction.client()));
    }
    if (transaction.connection() == nullptr) {
        throw TransactionError(fmt::format("{}: the connection of the transaction is null", store));
    }
}

}  // namespace punctual::detail
