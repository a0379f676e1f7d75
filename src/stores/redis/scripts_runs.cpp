// The scripts of a Redis store that begin and end runs. How a run is written: see run_text.cpp.

#include "stores/redis/scripts.hpp"

namespace punctual::detail::lua {

// Takes, each with its number before it:
// - runs to queue: the place of the settlement, counted from 1, the job's id and generation (empty:
//   any), the instant at which the job is to be due, and the run's text;
// - settlements: run, attempt, whether it ends its group, job id, record (empty: none is kept);
// - starts: run, attempt;
// - claimed jobs: member of the due jobs, plan, running and queued as read, executor, the new plan,
//   next and due of it, what is queued from now on, whether the job ends, the number of runs, the
//   number of other records; then the runs' texts; then, if there are others, the job's id and
//   their texts without the id. Ids are given in this order; before all these stand how many there
//   are, and the counter of changes when the jobs were read.
// Returns the id before the first, superseded runs, the places of settlements and of claims whose
// jobs left, and the places of jobs that were left as they are, because they had changed.
const char* const pass = R"lua(
local superseded, left_by_settlement, left_by_claim, changed = {}, {}, {}, {}
local quiet = {}

-- What is known of the runs whose ids are the first words of the next `count` groups of `width`.
local function read_runs(count, width)
    local found = {}
    for first = 1, count, 2000 do
        local words = {}
        for index = first, math.min(count, first + 1999) do
            words[#words + 1] = ARGV[at + 1 + (index - 1) * width]
        end
        for place, run in ipairs(redis.call('HMGET', runs, unpack(words))) do
            found[first + place - 1] = run
        end
    end
    return found
end

local settled, gone, removed = {}, {}, {}
local follow_ups = {}
-- What settlements do to lines of runs that wait, by generation: the texts to append, and when the
-- job is to be due.
local lines = {}
local any_queued = redis.call('HLEN', queued) > 0

local function take_follow_ups()
    for count = 1, tonumber(take()) do
        local place, job_id, generation, due, run = take_all(5)
        place = tonumber(place)
        local requests = follow_ups[place] or {}
        follow_ups[place] = requests
        requests[#requests + 1] = {job_id = job_id, generation = generation, due = due, run = run}
    end
end

local function has_queued(generation)
    if lines[generation] then return true end
    return any_queued and redis.call('HEXISTS', queued, generation) == 1
end

-- Makes sure that the job is due then at the latest.
local function hasten(generation, due)
    local line = lines[generation]
    if not line then
        lines[generation] = {due = due, runs = {}}
    elseif tonumber(due) < tonumber(line.due) then
        line.due = due
    end
end

local function queue_run(request)
    local generation = redis.call('HGET', ids, request.job_id)
    if not generation then return end
    if request.generation ~= '' and request.generation ~= generation then return end
    hasten(generation, request.due)
    local added = lines[generation].runs
    added[#added + 1] = request.run
end

local function write_line(generation, line)
    if #line.runs > 0 then
        local before = redis.call('HGET', queued, generation) or ''
        put_queued(generation, before .. table.concat(line.runs))
    end
    local key = job_key(generation)
    local executor, rank, plan = unpack(redis.call('HMGET', key, 'executor', 'rank', 'plan'))
    local version, state, next_run, due, last =
        string.match(plan or '', '^(%d+) (%d+) (%-?%d+) (%-?%d+) (%-?%d+)$')
    -- One that is paused stays so.
    if not due or state == '1' or tonumber(due) <= tonumber(line.due) then return end
    redis.call('HSET', key, 'plan', make_plan(version, state, next_run, line.due, last))
    put_due(executor, due_member(rank, generation), line.due)
end

local function end_group(index, generation)
    local running = redis.call('HINCRBY', job_key(generation), 'running', -1)
    if running < 0 then
        -- The job is gone, and this made a new one of nothing.
        redis.call('DEL', job_key(generation))
        return
    end
    if running == 0 then quiet[#quiet + 1] = {index, generation} end
    if has_queued(generation) then hasten(generation, now) end
end

local function settle(index, run)
    local id, attempt, ends_group, job_id, record = take_all(5)
    local current, started, generation
    if run and not settled[id] then
        current, started, generation = string.match(run, '^(%S+) (%S+) (%S+)')
    end
    if current ~= attempt then
        superseded[#superseded + 1] = id
        return
    end
    settled[id] = true
    gone[#gone + 1] = id
    if started == '-' then redis.call('SREM', waiting_key(generation), id) end
    if record ~= '' then keep(id, job_id, record) end
    if ends_group == '1' then end_group(index, generation) end
    if not follow_ups[index] then return end
    for _, request in ipairs(follow_ups[index]) do queue_run(request) end
end

local function remove_settled_runs()
    for first = 1, #gone, 4000 do
        redis.call('HDEL', runs, unpack(gone, first, math.min(#gone, first + 3999)))
    end
end

local function remove_ended()
    if #quiet == 0 or redis.call('SCARD', ended) == 0 then return end
    for _, job in ipairs(quiet) do
        local generation = job[2]
        if redis.call('SISMEMBER', ended, generation) == 1 and not has_queued(generation) then
            remove_job(generation)
            removed[generation] = true
            left_by_settlement[#left_by_settlement + 1] = job[1] - 1
        end
    end
end

local function start(run)
    local id, attempt = take_all(2)
    local current, started, generation, rest
    if run and not settled[id] then
        current, started, generation, rest = string.match(run, '^(%S+) (%S+) (%S+) (.*)$')
    end
    if current ~= attempt then
        superseded[#superseded + 1] = id
    elseif started == '-' then
        redis.call('HSET', runs, id, table.concat({attempt, now, generation, rest}, ' '))
        redis.call('SREM', waiting_key(generation), id)
    end
end

local next_id, nothing_changed

local function is_as_read(generation, plan, running, runs_queued)
    if removed[generation] then return false end
    if nothing_changed then return true end
    local fields = redis.call('HMGET', job_key(generation), 'plan', 'running')
    return fields[1] == plan and fields[2] == running and
        (redis.call('HGET', queued, generation) or '') == runs_queued
end

local function record_runs(count, generation, is_current)
    for index = 1, count do
        local run = take()
        next_id = next_id + 1
        if is_current then
            local id = digits(next_id)
            later('HSET', runs, id, run)
            -- The first run of a group is put on record as started.
            if index > 1 then redis.call('SADD', waiting_key(generation), id) end
        end
    end
end

local function record_others(count, is_current)
    if count == 0 then return end
    local job_id = take()
    for index = 1, count do
        local text = take()
        next_id = next_id + 1
        if is_current and keeps then
            local id = digits(next_id)
            keep(id, job_id, id .. ' ' .. text)
        end
    end
end

local function claim(index)
    local member, plan, running, runs_queued, executor, new_plan, next_run, due, new_queued,
        is_ended, run_count, others = take_all(12)
    run_count, others = tonumber(run_count), tonumber(others)
    local generation = string.sub(member, -15)
    local key = job_key(generation)
    local is_current = is_as_read(generation, plan, running, runs_queued)
    record_runs(run_count, generation, is_current)
    record_others(others, is_current)
    if not is_current then
        changed[#changed + 1] = index - 1
        return
    end
    if is_ended == '1' then
        if run_count == 0 and running == '0' and new_queued == '' then
            remove_job(generation)
            left_by_claim[#left_by_claim + 1] = index - 1
            return
        end
        redis.call('SADD', ended, generation)
    end
    if run_count > 0 then
        redis.call('HSET', key, 'plan', new_plan, 'running', digits(running + 1))
    else
        redis.call('HSET', key, 'plan', new_plan)
    end
    if new_queued ~= runs_queued then put_queued(generation, new_queued) end
    if due == NEVER then
        redis.call('ZREM', due_key(executor), member)
    else
        later('ZADD', due_key(executor), due, member)
    end
    later('ZADD', jobs, score(next_run), generation)
end

take_follow_ups()
local settlements = tonumber(take())
local known = read_runs(settlements, 5)
for index = 1, settlements do settle(index, known[index]) end
remove_settled_runs()
for generation, line in pairs(lines) do write_line(generation, line) end
remove_ended()
local starts = tonumber(take())
known = read_runs(starts, 2)
for index = 1, starts do start(known[index]) end
local ids_wanted, changes, claims = tonumber(take()), take(), tonumber(take())
local first = redis.call('HINCRBY', store, 'runs', ids_wanted) - ids_wanted
next_id = first
-- A run that was settled before leaves its job other than it was expected to be.
nothing_changed = digits(count_change()) == changes and #superseded == 0
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
count_change()
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
    local id, attempt = take_all(2)
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
