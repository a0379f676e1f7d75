#pragma once
// Ids that the database reserves in blocks: most take no way to it.

#include <cstdint>
#include <deque>

#include "stores/sql/connection.hpp"

namespace punctual::detail {

/// Gives each id once, in growing order. What a transaction took that was undone stays unused,
/// unless it reserved the block as well: some databases undo that with it. *Lifetime*: one
/// connection. A server that was restarted may reserve the same blocks again, if no transaction
/// after their reservation was committed: they end with the connection. *Thread safety*: none.
class SqlIdBlocks {
public:
    /// The step of sequences, where the schema has them.
    static constexpr std::int64_t block_size = 1024;

    SqlIdBlocks(SqlConnection& connection, SqlStatement reserve)
        : connection_(connection), reserve_(reserve) {}

    /// So many can be taken then without asking the server.
    void prepare(std::size_t count);
    [[nodiscard]] std::int64_t take();

    /// The transaction in which blocks were reserved was committed.
    void keep() { unsure_ = 0; }
    /// It was undone, or may have been.
    void undo();

private:
    struct Block {
        std::int64_t next;
        std::int64_t end;
    };

    SqlConnection& connection_;
    SqlStatement reserve_;
    std::deque<Block> blocks_;
    std::int64_t left_ = 0;
    // So many of the last blocks were reserved since the last commit.
    std::size_t unsure_ = 0;
};

}  // namespace punctual::detail
