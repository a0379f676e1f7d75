#pragma once
// Runs without an outcome yet, in an SQL database.

#include <punctual/stores/store.hpp>

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "stores/sql/connection.hpp"

namespace punctual::detail {

/// *Thread safety*: none.
class SqlRunTable {
public:
    explicit SqlRunTable(SqlConnection& connection) : connection_(connection) {}

    /// Returns how many answers are to come. `now` is the start of those that are started.
    [[nodiscard]] std::size_t send_insert(std::span<const ClaimedRun> runs, Instant now);
    /// The ids of those that are there, in this attempt, come as the next answer: others were
    /// settled, cancelled or taken over.
    void send_start(std::span<const ClaimedRun> runs, Instant now);
    void send_take(std::span<const Settlement> settlements);
    [[nodiscard]] std::vector<RunId> receive_ids();
    void retry(std::span<const ClaimedRun> runs);

    /// `run.job` is not filled in.
    struct Unsettled {
        ClaimedRun run;
        std::string job_id;
    };
    /// In order of id.
    [[nodiscard]] std::vector<Unsettled> unsettled();
    /// Takes the runs of these jobs that have not started.
    [[nodiscard]] std::vector<Unsettled> take_waiting(const SqlIntegers& generations);
    [[nodiscard]] std::vector<Unsettled> take_all_waiting();

private:
    [[nodiscard]] static std::vector<Unsettled> read_all(SqlRows rows);

    SqlConnection& connection_;
};

}  // namespace punctual::detail
