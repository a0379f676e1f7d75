#include "stores/sql/id_blocks.hpp"

#include <algorithm>

namespace punctual::detail {

void SqlIdBlocks::prepare(std::size_t count) {
    const std::int64_t missing = static_cast<std::int64_t>(count) - left_;
    if (missing <= 0) return;
    const std::int64_t wanted = (missing + block_size - 1) / block_size;
    SqlRows rows = connection_.query(reserve_, {wanted});
    while (rows.next()) {
        blocks_.push_back({rows.integer(0), rows.integer(0) + block_size});
        left_ += block_size;
        ++unsure_;
    }
    if (left_ < static_cast<std::int64_t>(count)) {
        throw StoreError("the database reserves no ids: its tables are damaged");
    }
}

std::int64_t SqlIdBlocks::take() {
    if (left_ == 0) prepare(1);
    Block& block = blocks_.front();
    const std::int64_t id = block.next++;
    --left_;
    if (block.next == block.end) blocks_.pop_front();
    unsure_ = std::min(unsure_, blocks_.size());
    return id;
}

void SqlIdBlocks::undo() {
    for (; unsure_ > 0; --unsure_) {
        left_ -= blocks_.back().end - blocks_.back().next;
        blocks_.pop_back();
    }
}

}  // namespace punctual::detail
