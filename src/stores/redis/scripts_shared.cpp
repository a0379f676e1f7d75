// What the scripts of a Redis store have in common.

#include "stores/redis/scripts.hpp"

namespace punctual::detail::lua {

// Jobs go by their generation, in 15 digits: as members of sorted sets, those of equal score are
// then in order of adding. Among the due ones, two digits of rank stand before it: those of a
// higher priority come first. Numbers of Lua are exact to 2^53, which microseconds reach in 2255;
// where more matters, texts are passed through.
const char* const names = R"lua(
local store, scheduler, ids, jobs, runs, history = unpack(KEYS)
local prefix, owner, epoch, lease = ARGV[1], ARGV[2], ARGV[3], ARGV[4]
local NEVER = '9223372036854775807'
local holder_now = owner .. ' ' .. epoch

local at = 4
local function take()
    at = at + 1
    return ARGV[at]
end
-- Much quicker than one by one.
local function take_all(count)
    at = at + count
    return unpack(ARGV, at - count + 1, at)
end
local function job_key(generation) return prefix .. 'job:' .. generation end
local function definition_key(generation) return prefix .. 'definition:' .. generation end
local due_keys = {}
local function due_key(executor)
    local key = due_keys[executor]
    if not key then
        key = prefix .. 'due:' .. executor
        due_keys[executor] = key
    end
    return key
end
local function due_member(rank, generation) return rank .. ':' .. generation end
local function waiting_key(generation) return prefix .. 'waiting:' .. generation end
local function history_key(id) return prefix .. 'history:' .. id end
local function digits(number) return string.format('%.0f', number) end
local function score(time)
    if time == NEVER then return '+inf' end
    return time
end
)lua";

// The first write is one that a server without memory refuses: later ones of the same script are
// not, so that a script is done as a whole or not at all.
const char* const ownership = R"lua(
local holder = redis.call('GET', scheduler)
if holder ~= holder_now then
    if holder then return redis.error_reply('PUNCTUAL_TAKEN ' .. holder) end
    if redis.call('EXISTS', store) == 0 then return redis.error_reply('PUNCTUAL_EMPTY') end
end
redis.call('SET', scheduler, holder_now, 'PX', lease)
)lua";

// A job's hash has its id, its executor, its rank, the number of its groups that run, and its plan:
// "version state next-run-time due last-run-time". The runs that wait within jobs are in a hash of
// all: few jobs have any, and its size tells at once whether one has. Ended jobs that still run, or
// have runs that wait, are in a set besides. A counter of changes tells whether any job may have
// changed since it was read.
const char* const jobs = R"lua(
local ended = prefix .. 'ended'
local queued = prefix .. 'queued'

-- Many small writes to one key are one command.
local collected = {}
local function write_collected()
    for key, words in pairs(collected) do redis.call(unpack(words)) end
    collected = {}
end
-- One key is written with one command only.
local function later(command, key, first, second)
    local words = collected[key]
    if not words then
        words = {command, key}
        collected[key] = words
    end
    local count = #words
    words[count + 1] = first
    words[count + 2] = second
    if count > 4000 then
        redis.call(unpack(words))
        collected[key] = nil
    end
end
local function count_change() return redis.call('HINCRBY', store, 'changes', 1) - 1 end

local function read_job(generation)
    local fields = redis.call('HMGET', job_key(generation), 'id', 'executor', 'plan', 'running')
    if not fields[1] then return nil end
    fields[5] = generation
    fields[6] = redis.call('HGET', queued, generation)
    return fields
end
local function make_plan(version, state, next_run, due, last)
    return table.concat({version, state, next_run, due, last}, ' ')
end

local function put_due(executor, member, due)
    if due == NEVER then
        redis.call('ZREM', due_key(executor), member)
    else
        redis.call('ZADD', due_key(executor), due, member)
    end
end
local function put_queued(generation, text)
    if text == '' then
        redis.call('HDEL', queued, generation)
    else
        redis.call('HSET', queued, generation, text)
    end
end

local function write_definition(generation, version)
    redis.call('HSET', definition_key(generation), 'version', version, 'added_at', take(),
        'task', take(), 'arguments', take(), 'trigger', take(), 'options', take())
end

-- Takes version, executor, rank, state, next, due, last, queued, and the definition. A job that has
-- ended, with nothing in line, has nothing to stay for.
local function insert_job(id, generation)
    local version, executor, rank, state, next_run, due, last, runs_queued = take_all(8)
    if state == '2' and runs_queued == '' then
        take_all(5)
        return
    end
    redis.call('HSET', ids, id, generation)
    redis.call('HSET', job_key(generation), 'id', id, 'executor', executor,
        'plan', make_plan(version, state, next_run, due, last), 'running', '0', 'rank', rank)
    write_definition(generation, version)
    if runs_queued ~= '' then put_queued(generation, runs_queued) end
    if state == '2' then redis.call('SADD', ended, generation) end
    if due ~= NEVER then later('ZADD', due_key(executor), due, due_member(rank, generation)) end
    later('ZADD', jobs, score(next_run), generation)
end

local function new_generation(count)
    return redis.call('HINCRBY', store, 'generations', count) - count
end

local function name_generation(number) return string.format('%015.0f', number) end

local function remove_job(generation)
    local id, executor, rank =
        unpack(redis.call('HMGET', job_key(generation), 'id', 'executor', 'rank'))
    redis.call('UNLINK', job_key(generation), definition_key(generation))
    redis.call('HDEL', ids, id)
    redis.call('HDEL', queued, generation)
    redis.call('ZREM', jobs, generation)
    redis.call('ZREM', due_key(executor), due_member(rank, generation))
    redis.call('SREM', ended, generation)
end
)lua";

// A record is "id finished size-of-job-id …\njob-id…": see run_text.hpp. Those of the whole store
// are a sorted set; of each job a list has the ids, in the order in which its runs ended. Takes
// now, the limits of runs per job and of runs, and the instant before which records are too old.
const char* const history = R"lua(
local now, runs_per_job, most_runs, too_old = take(), tonumber(take()), tonumber(take()),
    tonumber(take())
local keeps = runs_per_job > 0 and most_runs > 0
local added, surplus_of = 0, {}

local function keep(id, job_id, record)
    later('ZADD', history, id, record)
    added = added + 1
    local surplus = redis.call('RPUSH', history_key(job_id), id) - runs_per_job
    if surplus > 0 then surplus_of[job_id] = surplus end
end

local function trim_job(job_id, surplus)
    local key = history_key(job_id)
    surplus = math.min(surplus, 1000)
    for _, id in ipairs(redis.call('LRANGE', key, 0, surplus - 1)) do
        redis.call('ZREMRANGEBYSCORE', history, id, id)
    end
    redis.call('LTRIM', key, surplus, -1)
end

local function forget(record)
    local id, finished, size = string.match(record, '^(%S+) (%S+) (%S+)')
    local start = string.find(record, '\n', 1, true)
    local job_id = string.sub(record, start + 1, start + tonumber(size))
    redis.call('LREM', history_key(job_id), 1, id)
end

local function trim_oldest(count)
    for _, record in ipairs(redis.call('ZRANGE', history, 0, count - 1)) do forget(record) end
    redis.call('ZREMRANGEBYRANK', history, 0, count - 1)
end

-- Of the oldest records, those that ended too long ago; true if there was any.
local function trim_old(count)
    local found = false
    for _, record in ipairs(redis.call('ZRANGE', history, 0, count - 1)) do
        if tonumber(string.match(record, '^%S+ (%S+)')) < too_old then
            forget(record)
            redis.call('ZREM', history, record)
            found = true
        end
    end
    return found
end

-- The very first records may be of runs that took long, with older ones behind them.
local function is_time_to_look_through()
    local pause = math.min((now - too_old) / 100, 60000000)
    local looked = redis.call('HGET', store, 'looked')
    if looked and math.abs(now - looked) < pause then return false end
    redis.call('HSET', store, 'looked', now)
    return true
end

local function trim_history()
    write_collected()
    if added == 0 then return end
    for job_id, surplus in pairs(surplus_of) do trim_job(job_id, surplus) end
    local step = 2 * added + 10
    local surplus = math.min(redis.call('ZCARD', history) - most_runs, step)
    if surplus > 0 then trim_oldest(surplus) end
    if too_old <= 0 then return end
    if is_time_to_look_through() then
        trim_old(1000)
    elseif trim_old(10) then
        trim_old(step)
    end
end

-- Removes the runs of a job that have not started.
local function cancel_waiting(generation)
    local waiting = redis.call('SMEMBERS', waiting_key(generation))
    for _, id in ipairs(waiting) do
        local run = redis.call('HGET', runs, id)
        if run then
            local attempt, scheduled, due, job_id = string.match(run,
                '^(%S+) %S+ %S+ (%S+) (%S+) %S+ %S+ (.*)$')
            redis.call('HDEL', runs, id)
            if keeps then
                local reason = 'the job was removed'
                keep(id, job_id, table.concat({id, now, #job_id, scheduled, scheduled, 1, due, '-',
                    'cancelled', attempt, #reason, 0, '-'}, ' ') .. '\n' .. job_id .. reason)
            end
        end
    end
    if #waiting > 0 then redis.call('DEL', waiting_key(generation)) end
end
)lua";

}  // namespace punctual::detail::lua
