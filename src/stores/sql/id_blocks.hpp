#pragma once
// Ids from a sequence of the server, which are reserved in blocks: most take no way to the server.

#include <cstdint>
#include <deque>

#include "stores/sql/connection.hpp"

namespace punctual::detail {

/// Gives each id once, in growing order. What a transaction took that was undone stays unused.
/// *Lifetime*: one connection. A server that was restarted may reserve the same blocks again, if no
/// transaction after their reservation was committed: they end with the connection.
/// *Thread safety*: none.
class SqlIdBlocks {
public:
    /// The step of the sequences in the schema.
    static constexpr std::int64_t block_size = 1024;

    SqlIdBlocks(SqlConnection& connection, SqlStatement reserve)
        : connection_(connection), reserve_(reserve) {}

    /// So many can be taken then without asking the server.
    void prepare(std::size_t count);
    [[nodiscard]] std::int64_t take();

private:
    struct Block {
        std::int64_t next;
        std::int64_t end;
    };

    SqlConnection& connection_;
    SqlStatement reserve_;
    std::deque<Block> blocks_;
    std::int64_t left_ = 0;
};

}  // namespace punctual::detail
