#pragma once
// Beginning and ending the use of a MongoDB store.

#include "stores/mongodb/session.hpp"

namespace punctual::detail {

/// Makes the store where it is missing, takes it for the session's owner, and finishes what an
/// earlier owner was at. *Throws* StoreError for collections of another program, a newer store, or
/// one in use.
void open_to_schedule(MongoSession& session);

/// *Throws* StoreError if there is no store.
void open_to_inspect(MongoSession& session);

/// Lets go of the store. Never throws: the lease ends by itself.
void let_go(MongoSession& session) noexcept;

}  // namespace punctual::detail
