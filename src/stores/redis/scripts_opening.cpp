// The scripts that begin and end the use of a Redis store.

#include "stores/redis/scripts.hpp"

namespace punctual::detail::lua {

// Takes the version of the schema, and the owner that is known to be dead. Returns what it found:
// opened; foreign and the key; schema and its version, which is another; locked, the owner and how
// long it still has.
const char* const open = R"lua(
local version, dead = take_all(2)
local function is_ours()
    local kind = redis.call('TYPE', store).ok
    if kind == 'none' then
        for index = 2, #KEYS do
            if redis.call('EXISTS', KEYS[index]) == 1 then return false, KEYS[index] end
        end
        return true
    end
    if kind ~= 'hash' or redis.call('HGET', store, 'program') ~= 'punctual' then
        return false, store
    end
    return true
end
local ours, key = is_ours()
if not ours then return {'foreign', key} end
local schema = redis.call('HGET', store, 'schema')
if schema and schema ~= version then return {'schema', schema} end
local holder = redis.call('GET', scheduler)
if holder and holder ~= holder_now and holder ~= dead then
    return {'locked', holder, redis.call('PTTL', scheduler)}
end
redis.call('SET', scheduler, holder_now, 'PX', lease)
redis.call('DEL', prefix .. 'adding')
if not schema then
    redis.call('HSET', store, 'program', 'punctual', 'schema', version, 'generations', 0,
        'runs', 0, 'changes', 0)
end
return {'opened'}
)lua";

// Takes the version of the schema; changes nothing.
const char* const inspect = R"lua(
local version = take()
local kind = redis.call('TYPE', store).ok
if kind == 'none' then return {'missing'} end
if kind ~= 'hash' or redis.call('HGET', store, 'program') ~= 'punctual' then
    return {'foreign', store}
end
local schema = redis.call('HGET', store, 'schema')
if schema ~= version then return {'schema', schema or ''} end
return {'opened'}
)lua";

const char* const close = R"lua(
if redis.call('GET', scheduler) == holder_now then redis.call('DEL', scheduler) end
)lua";

// A new epoch of the same owner: what an older one still asks for is refused.
const char* const begin_epoch = R"lua(
local holder = redis.call('GET', scheduler)
if holder then
    local name, current = string.match(holder, '^(%S*) ?(%d*)$')
    if name ~= owner then return redis.error_reply('PUNCTUAL_TAKEN ' .. holder) end
    if tonumber(current) > tonumber(epoch) then
        return redis.error_reply('PUNCTUAL_TAKEN ' .. holder)
    end
elseif redis.call('EXISTS', store) == 0 then
    return redis.error_reply('PUNCTUAL_EMPTY')
end
redis.call('SET', scheduler, holder_now, 'PX', lease)
)lua";

}  // namespace punctual::detail::lua
