#pragma once
// What is to be done where a step was interrupted: by the loss of a connection, or by the end of
// its process.

#include "stores/mongodb/session.hpp"

namespace punctual::detail {

/// Before a step: makes certain that the store is ours, and that nothing of a step before it is
/// still to come. Whoever begins ends with `finish`; a step that throws is not finished.
void begin_step(MongoSession& session);
inline void finish_step(MongoSession& session) {
    session.is_uncertain = false;
}

/// Finishes or takes back what a step before left half done.
void recover(MongoSession& session);

/// After a start: runs whose outcome is on record already leave their jobs.
void finish_settlements(MongoSession& session);

}  // namespace punctual::detail
