// The scripts of a Redis store that add, change and remove jobs.

#include "stores/redis/scripts.hpp"

namespace punctual::detail::lua {

// Takes whether these words are the first, and words for `add` or `edit`, which are more than a
// command takes.
const char* const stage = R"lua(
local staged = prefix .. 'adding'
if take() == '1' then redis.call('DEL', staged) end
for first = at + 1, #ARGV, 4000 do
    redis.call('RPUSH', staged, unpack(ARGV, first, math.min(#ARGV, first + 3999)))
end
)lua";

// Takes the number of words that were staged. If there are any, all that is taken from here on is
// taken from them.
const char* const take_staged = R"lua(
local staged_words = tonumber(take())
local staged = prefix .. 'adding'
local function drop_staged()
    if staged_words > 0 then redis.call('DEL', staged) end
end
if staged_words > 0 then
    if redis.call('LLEN', staged) ~= staged_words then
        return redis.error_reply('TRYAGAIN the server has lost a part of what was to be written')
    end
    local words, place = {}, 0
    take = function()
        if place == #words then
            words, place = redis.call('LRANGE', staged, 0, 3999), 0
            redis.call('LTRIM', staged, 4000, -1)
        end
        place = place + 1
        return words[place]
    end
    take_all = function(number)
        local all = {}
        for index = 1, number do all[index] = take() end
        return unpack(all, 1, number)
    end
end
)lua";

// Takes the number of jobs, all their ids, then each job. Returns the places of those whose id
// exists: if there is any, nothing is added.
const char* const add = R"lua(
local count = tonumber(take())
local known, taken, wanted = {}, {}, {}
for index = 1, count do
    local id = take()
    wanted[index] = id
    if known[id] or redis.call('HEXISTS', ids, id) == 1 then taken[#taken + 1] = index - 1 end
    known[id] = true
end
if #taken > 0 then
    drop_staged()
    return taken
end
count_change()
local first = new_generation(count)
for index = 1, count do insert_job(wanted[index], name_generation(first + index)) end
write_collected()
return taken
)lua";

// Takes the number of edits; of each its job's id, generation (empty: there is none), plan, running
// and queued; then of each what to do: `new` and the job; `put`, whether its definition changed,
// and the job (if not, executor and rank stay); `keep` or `remove`. Each is followed by the number
// of records to put on record, and their texts without the id. Returns whether all jobs were as
// expected: if one was not, nothing is done.
const char* const edit = R"lua(
local count = tonumber(take())
local edits = {}
local function is_as_expected(id, generation, plan, running, runs_queued)
    if (redis.call('HGET', ids, id) or '') ~= generation then return false end
    if generation == '' then return true end
    local fields = redis.call('HMGET', job_key(generation), 'plan', 'running')
    return fields[1] == plan and fields[2] == running and
        (redis.call('HGET', queued, generation) or '') == runs_queued
end
for index = 1, count do
    local id, generation, plan, running, runs_queued = take_all(5)
    if not is_as_expected(id, generation, plan, running, runs_queued) then
        drop_staged()
        return 0
    end
    edits[index] = {id = id, generation = generation}
end

local function is_quiet(generation)
    return tonumber(redis.call('HGET', job_key(generation), 'running')) == 0
end

local function replace_job(generation, definition_changed)
    local version, executor, rank, state, next_run, due, last, runs_queued = take_all(8)
    local old_executor, old_rank =
        unpack(redis.call('HMGET', job_key(generation), 'executor', 'rank'))
    if definition_changed then
        write_definition(generation, version)
        redis.call('ZREM', due_key(old_executor), due_member(old_rank, generation))
    else
        executor, rank = old_executor, old_rank
    end
    redis.call('HSET', job_key(generation), 'executor', executor, 'rank', rank,
        'plan', make_plan(version, state, next_run, due, last))
    redis.call(state == '2' and 'SADD' or 'SREM', ended, generation)
    put_queued(generation, runs_queued)
    put_due(executor, due_member(rank, generation), due)
    redis.call('ZADD', jobs, score(next_run), generation)
    if state == '2' and runs_queued == '' and is_quiet(generation) then remove_job(generation) end
end

count_change()
for _, job in ipairs(edits) do
    local action = take()
    if action == 'new' then
        insert_job(job.id, name_generation(new_generation(1) + 1))
    elseif action == 'put' then
        replace_job(job.generation, take() == '1')
    end
    for record = 1, tonumber(take()) do
        local text = take()
        if keeps then
            local id = digits(redis.call('HINCRBY', store, 'runs', 1))
            keep(id, job.id, id .. ' ' .. text)
        end
    end
    if action == 'remove' then
        cancel_waiting(job.generation)
        remove_job(job.generation)
    end
end
trim_history()
return 1
)lua";

const char* const remove_all = R"lua(
count_change()
local all = redis.call('ZRANGE', jobs, 0, -1)
local executors = {}
local names = {}
for index, generation in ipairs(all) do
    executors[redis.call('HGET', job_key(generation), 'executor') or ''] = true
    cancel_waiting(generation)
    names[#names + 1] = job_key(generation)
    names[#names + 1] = definition_key(generation)
    if #names >= 2000 or index == #all then
        redis.call('UNLINK', unpack(names))
        names = {}
    end
end
for executor in pairs(executors) do redis.call('UNLINK', due_key(executor)) end
redis.call('UNLINK', ids, jobs, ended, queued)
trim_history()
return #all
)lua";

}  // namespace punctual::detail::lua
