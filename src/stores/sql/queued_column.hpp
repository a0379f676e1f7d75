#pragma once
// What waits in jobs, on its way to a database.

#include <deque>
#include <span>
#include <string>

#include "stores/queued_runs.hpp"
#include "stores/sql/connection.hpp"

namespace punctual::detail {

/// A column of queued runs as text, empty for most jobs.
class SqlQueuedColumn {
public:
    void add(std::span<const QueuedRun> queued) {
        if (queued.empty()) {
            texts_.add(std::string_view());
        } else {
            texts_.add(kept_.emplace_back(encode_queued(queued)));
        }
    }
    [[nodiscard]] const SqlTexts& texts() const { return texts_; }

private:
    // A deque, for the column refers to what is in it.
    std::deque<std::string> kept_;
    SqlTexts texts_{SqlTextKind::utf8};
};

}  // namespace punctual::detail
