#pragma once
// Definitions on their way to a database.

#include <cstddef>
#include <deque>

#include "stores/job_codec.hpp"
#include "stores/sql/connection.hpp"

namespace punctual::detail {

/// Collects definitions until they are many or long enough for one statement.
class SqlDefinitionColumns {
public:
    void add(std::int64_t generation, std::int32_t version, StoredDefinition stored) {
        const StoredDefinition& kept = kept_.emplace_back(std::move(stored));
        generation_.add(generation);
        version_.add(std::int64_t{version});
        added_at_.add(kept.added_at);
        task_.add(kept.task);
        arguments_.add(kept.arguments);
        trigger_.add(kept.trigger);
        options_.add(kept.options);
        bytes_ += kept.arguments.size() + kept.trigger.size() + kept.options.size();
    }
    [[nodiscard]] bool is_full() const { return bytes_ > (8U << 20) || kept_.size() >= 10'000; }
    [[nodiscard]] bool empty() const { return kept_.empty(); }
    void clear() { *this = {}; }
    [[nodiscard]] SqlParameters parameters() const {
        return {&generation_, &version_, &added_at_, &task_, &arguments_, &trigger_, &options_};
    }

private:
    // A deque, for the columns refer to what is in it.
    std::deque<StoredDefinition> kept_;
    SqlIntegers generation_;
    SqlIntegers version_;
    SqlIntegers added_at_;
    SqlTexts task_{SqlTextKind::utf8};
    SqlTexts arguments_{SqlTextKind::utf8};
    SqlTexts trigger_{SqlTextKind::utf8};
    SqlTexts options_{SqlTextKind::utf8};
    std::size_t bytes_ = 0;
};

}  // namespace punctual::detail
