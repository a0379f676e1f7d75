// The scripts of a Redis store that begin and end runs. How a run is written: see run_text.cpp.

#include "stores/redis/scripts.hpp"

namespace punctual::detail::lua {

// Takes, each with its number before it:
// - settlements: run, attempt, whether it ends its group, job id, record (empty: none is kept);
// - starts: run, attempt;
// - claimed jobs: generation, revision, running, executor, state, next, due, last, job id, how
//   many groups of runs begin (0 or 1), the number of runs and their texts, the number of other
//   records and their texts without the id. Ids are given in this order; before all these stands
//   how many there are.
// Returns the id before the first, superseded runs, the places of settlements and of claims whose
// jobs left, and the places of jobs that were left as they are, because they had changed.
const char* const pass = R"lua(
local superseded, left_by_settlement, left_by_claim, changed = {}, {}, {}, {}

local function settle(index)
    local id, attempt, ends_group, job_id, record = take(), take(), take(), take(), take()
    local run = redis.call('HGET', runs, id)
    local current, started, generation
    if run then current, started, generation = string.match(run, '^(%S+) (%S+) (%S+)') end
    if current ~= attempt then
        superseded[#superseded + 1] = id
        return
    end
    redis.call('HDEL', runs, id)
    if started == '-' then redis.call('SREM', waiting_key(generation), id) end
    if record ~= '' then keep(id, job_id, record) end
    if ends_group ~= '1' then return end
    local key = job_key(generation)
    local job = redis.call('HMGET', key, 'running', 'state', 'executor', 'id')
    if not job[1] then return end
    local running = tonumber(job[1]) - 1
    if job[2] == '2' and running == 0 then
        remove_job(job[4], generation, job[3])
        left_by_settlement[#left_by_settlement + 1] = index - 1
    else
        redis.call('HSET', key, 'running', digits(running))
    end
end

local function start()
    local id, attempt = take(), take()
    local run = redis.call('HGET', runs, id)
    local current, started, generation, rest
    if run then
        current, started, generation, rest = string.match(run, '^(%S+) (%S+) (%S+) (.*)$')
    end
    if current ~= attempt then
        superseded[#superseded + 1] = id
    elseif started == '-' then
        redis.call('HSET', runs, id, table.concat({attempt, now, generation, rest}, ' '))
        redis.call('SREM', waiting_key(generation), id)
    end
end

local next_id

local function record_claim(generation, job_id, is_current)
    for index = 1, tonumber(take()) do
        local run = take()
        next_id = next_id + 1
        if is_current then
            local id = digits(next_id)
            later('HSET', runs, id, run)
            if string.find(run, '^%S+ %-') then
                redis.call('SADD', waiting_key(generation), id)
            end
        end
    end
    for index = 1, tonumber(take()) do
        local text = take()
        next_id = next_id + 1
        if is_current and keeps then
            local id = digits(next_id)
            keep(id, job_id, id .. ' ' .. text)
        end
    end
end

local function claim(index)
    local generation, revision, running, executor, state, next_run, due, last, job_id, groups =
        take(), take(), take(), take(), take(), take(), take(), take(), take(), take()
    local key = job_key(generation)
    local current = redis.call('HMGET', key, 'revision', 'running', 'next')
    local is_current = current[1] == revision and current[2] == running
    record_claim(generation, job_id, is_current)
    if not is_current then
        changed[#changed + 1] = index - 1
    elseif state == '2' and groups == '0' and running == '0' then
        remove_job(job_id, generation, executor)
        left_by_claim[#left_by_claim + 1] = index - 1
    else
        redis.call('HSET', key, 'revision', digits(revision + 1), 'state', state,
            'next', next_run, 'due', due, 'last', last, 'running', digits(running + groups))
        if due == NEVER then
            redis.call('ZREM', due_key(executor), generation)
        else
            later('ZADD', due_key(executor), due, generation)
        end
        if next_run ~= current[3] then later('ZADD', jobs, score(next_run), generation) end
    end
end

for index = 1, tonumber(take()) do settle(index) end
for index = 1, tonumber(take()) do start() end
local ids_wanted, claims = tonumber(take()), tonumber(take())
local first = redis.call('HINCRBY', store, 'runs', ids_wanted) - ids_wanted
next_id = first
for index = 1, claims do claim(index) end
trim_history()
return {first, superseded, left_by_settlement, left_by_claim, changed}
)lua";

// Takes now, the number of runs, then of each its job's id, and the instants scheduled and due.
// Returns the id before the first and the generations of their jobs; or, if a job is not there,
// only the place of its run, and nothing is done.
const char* const start_unscheduled = R"lua(
local now, count = take(), tonumber(take())
local wanted, generations = {}, {}
for index = 1, count do
    local run = {job_id = take(), scheduled = take(), due = take()}
    local generation = redis.call('HGET', ids, run.job_id)
    if not generation then return {index - 1} end
    wanted[index] = run
    generations[index] = generation
end
local first = redis.call('HINCRBY', store, 'runs', count) - count
for index, run in ipairs(wanted) do
    local generation = generations[index]
    redis.call('HSET', runs, digits(first + index), table.concat({1, now, generation,
        run.scheduled, run.due, 0, owner, run.job_id}, ' '))
    redis.call('HINCRBY', job_key(generation), 'running', 1)
end
return {first, generations}
)lua";

// Takes pairs of a run and its attempt.
const char* const retry = R"lua(
while at < #ARGV do
    local id, attempt = take(), take()
    local run = redis.call('HGET', runs, id)
    if run then
        local current, generation, rest = string.match(run, '^(%S+) %S+ (%S+) (.*)$')
        if current == attempt then
            redis.call('HSET', runs, id,
                table.concat({digits(attempt + 1), '-', generation, rest}, ' '))
            if redis.call('EXISTS', job_key(generation)) == 1 then
                redis.call('SADD', waiting_key(generation), id)
            end
        end
    end
end
)lua";

}  // namespace punctual::detail::lua
