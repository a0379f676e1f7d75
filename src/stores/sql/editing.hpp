#pragma once
// Edits of jobs by what they are, many in one transaction.

#include <punctual/stores/store.hpp>

#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "stores/sql/session.hpp"

namespace punctual::detail {

/// *Lifetime*: within one transaction.
class SqlEditing {
public:
    SqlEditing(SqlWork& work, JobEditor& editor, Instant now)
        : work_(work), editor_(editor), now_(now) {}

    void edit(std::span<const std::string> ids);

private:
    void edit_part(std::span<const std::string> ids, std::size_t first_index);
    void record_not_run(const JobEdit& edit, const SqlJob* current);
    void put(std::span<const JobEdit> edits);
    void remove(std::span<const JobEdit> edits);

    SqlWork& work_;
    JobEditor& editor_;
    Instant now_;
    // Of the part that is being edited: the jobs that are there, and which each id has.
    std::vector<SqlJob> jobs_;
    std::vector<const SqlJob*> current_;
};

}  // namespace punctual::detail
