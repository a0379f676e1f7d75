#pragma once
// What a Redis store does in one step: scripts in Lua, which run on the server.
//
// Each is given the store's six keys, and the arguments prefix, owner, epoch and lease; what else
// it takes stands above its text.

#include <cstddef>
#include <string>

namespace punctual::detail {

enum class RedisScript : unsigned char {
    open,
    inspect,
    close,
    begin_epoch,
    renew,
    stage,
    add,
    find,
    list,
    pass,
    edit,
    remove_all,
    start_unscheduled,
    retry,
    runs_of_job,
};

inline constexpr std::size_t redis_script_count = 15;

/// The version of the keys and of what is in them.
inline constexpr int redis_schema_version = 1;

[[nodiscard]] std::string text_of(RedisScript script);

namespace lua {

// scripts_opening.cpp
extern const char* const open;
extern const char* const inspect;
extern const char* const close;
extern const char* const begin_epoch;
// scripts_shared.cpp
extern const char* const names;
extern const char* const ownership;
extern const char* const jobs;
extern const char* const history;
// scripts_jobs.cpp
extern const char* const stage;
extern const char* const take_staged;
extern const char* const add;
extern const char* const edit;
extern const char* const remove_all;
// scripts_reading.cpp
extern const char* const find;
extern const char* const list;
extern const char* const runs_of_job;
// scripts_runs.cpp
extern const char* const pass;
extern const char* const start_unscheduled;
extern const char* const retry;

}  // namespace lua

}  // namespace punctual::detail
