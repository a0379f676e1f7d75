#pragma once
// Beginning and ending the use of a Redis store.

#include "stores/redis/session.hpp"

namespace punctual::detail {

/// Makes the store where it is missing, and takes it for the session's owner. *Throws* StoreError
/// for keys of another program, a newer store, one in use, or a server that cannot hold one.
void open_to_schedule(RedisSession& session);

/// *Throws* StoreError if there is no store.
void open_to_inspect(RedisSession& session);

/// Lets go of the store. Never throws: the lease ends by itself.
void let_go(RedisSession& session) noexcept;

}  // namespace punctual::detail
