// The scripts of a Redis store that only look.

#include "stores/redis/scripts.hpp"

namespace punctual::detail::lua {

// Takes ids; returns the jobs that there are.
const char* const find = R"lua(
local found = {}
while at < #ARGV do
    local generation = redis.call('HGET', ids, take())
    if generation then found[#found + 1] = read_job(generation) end
end
return found
)lua";

// Takes the score and the generation of the last job of the page before, or two empty texts, and
// how many jobs to return.
const char* const list = R"lua(
local last_score, last, limit = take(), take(), tonumber(take())
local function first_rank()
    if last == '' then return 0 end
    -- Members of this score are sorted: the place after `last` is found by halving, for it may
    -- have gone, and there may be very many of the score `+inf`.
    local low = redis.call('ZCOUNT', jobs, '-inf', '(' .. last_score)
    local high = redis.call('ZCOUNT', jobs, '-inf', last_score)
    while low < high do
        local middle = math.floor((low + high) / 2)
        if redis.call('ZRANGE', jobs, middle, middle)[1] <= last then
            low = middle + 1
        else
            high = middle
        end
    end
    return low
end
local page = {}
local first = first_rank()
for _, generation in ipairs(redis.call('ZRANGE', jobs, first, first + limit - 1)) do
    page[#page + 1] = read_job(generation)
end
return page
)lua";

// Takes the id of a job, the id that records are to be below (empty: all), and how many; returns
// records.
const char* const runs_of_job = R"lua(
local job_id, before, limit = take_all(3)
before, limit = tonumber(before) or math.huge, tonumber(limit)
local below = {}
for _, text in ipairs(redis.call('LRANGE', history_key(job_id), 0, -1)) do
    local id = tonumber(text)
    if id < before then below[#below + 1] = id end
end
table.sort(below, function(a, b) return a > b end)
local found = {}
for index = 1, math.min(#below, limit) do
    local id = digits(below[index])
    found[#found + 1] = redis.call('ZRANGEBYSCORE', history, id, id)[1]
end
return found
)lua";

}  // namespace punctual::detail::lua
