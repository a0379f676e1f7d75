#include "stores/redis/pass.hpp"

#include <algorithm>
#include <tuple>
#include <unordered_map>

#include "stores/queued_runs.hpp"
#include "stores/redis/run_text.hpp"
#include "stores/run_codec.hpp"
#include "stores/set_aside.hpp"

namespace punctual::detail {

namespace {

// While a script runs, the server serves nobody else: these keep it below some 20 ms.
constexpr std::size_t most_jobs = 1000;
constexpr std::int64_t most_ids = 4000;
constexpr std::size_t most_settlements = 1000;

template <class T>
std::span<const T> take_front(std::span<const T>& all, std::size_t count) {
    const auto front = all.first(std::min(count, all.size()));
    all = all.subspan(front.size());
    return front;
}

}  // namespace

void add_history_limits(RedisCommand& command, const History& history, Instant now) {
    // An age beyond 1970 is none.
    const Instant oldest =
        history.age < now.time_since_epoch() ? now - history.age : Instant::min();
    command.add(now).add(history.runs_per_job).add(history.runs).add(oldest);
}

std::string write_not_run(const std::string& job_id, const NotRun& range, Instant now) {
    return write_record_without_id(record_of_not_run(0, job_id, range, now));
}

void RedisPass::run(const StoreBatch& batch) {
    std::span<const Settlement> settlements = batch.settlements;
    std::span<const ClaimedRun> starts = batch.starts;
    while (settlements.size() > most_settlements || starts.size() > most_settlements) {
        const auto first = take_front(settlements, most_settlements);
        write(first, take_front(starts, most_settlements), batch.now);
    }
    if (!batch.claims.empty()) {
        find_due(batch);
        if (!due_.empty()) {
            expect_settlements(settlements);
            expect_follow_ups(settlements);
        }
        decide(batch);
    }
    if (!settlements.empty() || !starts.empty() || !claims_.empty()) {
        write(settlements, starts, batch.now);
    }
}

void RedisPass::find_due(const StoreBatch& batch) {
    session_.make_certain();
    // The counter comes first: what changes after it was read is found out when it is compared.
    std::vector<RedisCommand> questions = {{"HGET", session_.key_prefix() + "store", "changes"}};
    for (const ClaimRequest& request : batch.claims) {
        const std::string key = session_.key_prefix() + "due:" + std::string(request.executor);
        RedisCommand& question = questions.emplace_back(RedisCommand{"ZRANGEBYSCORE", key, "-inf"});
        // One more than wanted tells whether there are more.
        question.add(batch.now).add("LIMIT").add("0");
        question.add(static_cast<std::int64_t>(std::min(request.limit, most_jobs)) + 1);
    }
    const std::vector<RedisReply> answers = session_.connection.run_all(questions);
    changes_ = answers[0].value().text();
    const auto members = take_shares(batch.claims, std::span(answers).subspan(1));
    if (members.empty()) return;
    due_ = session_.jobs.read_due(members);
    if (batch.claims.size() > 1) {
        std::ranges::sort(due_, {},
                          [](const RedisJob& job) { return std::tie(job.record.due, job.member); });
    }
}

// Of those that were found, as many as a pass takes. Where that is not all, each executor has its
// share: one that has room for very many must not keep the others from their jobs.
std::vector<std::string> RedisPass::take_shares(std::span<const ClaimRequest> claims,
                                                std::span<const RedisReply> found) {
    std::size_t wanted = 0;
    std::size_t executors = 0;
    for (std::size_t i = 0; i < claims.size(); ++i) {
        wanted += std::min(found[i].size(), claims[i].limit);
        if (found[i].size() > 0) ++executors;
    }
    const std::size_t share =
        wanted <= most_jobs ? most_jobs : std::max<std::size_t>(most_jobs / executors, 1);
    std::vector<std::string> members;
    for (std::size_t i = 0; i < claims.size(); ++i) {
        const std::size_t count = std::min({found[i].size(), claims[i].limit, share});
        if (found[i].size() > count) result_.more = true;
        for (std::size_t k = 0; k < count; ++k) members.emplace_back(found[i][k].text());
    }
    return members;
}

// The settlements of this pass come before its claims. If one of them turns out to be superseded,
// its job is not as it was expected to be, and is left for the next pass.
void RedisPass::expect_settlements(std::span<const Settlement> settlements) {
    std::unordered_map<std::int64_t, std::int32_t> ended;
    for (const Settlement& settlement : settlements) {
        if (settlement.ends_group) ++ended[settlement.run.generation];
    }
    if (ended.empty()) return;
    for (RedisJob& job : due_) {
        const auto found = ended.find(job.record.generation);
        if (found != ended.end()) job.record.running -= found->second;
    }
}

// Likewise. What is due already is not hastened by the end of a group.
void RedisPass::expect_follow_ups(std::span<const Settlement> settlements) {
    std::unordered_map<std::string_view, RedisJob*> by_id;
    for (const Settlement& settlement : settlements) {
        if (settlement.follow_ups.empty()) continue;
        if (by_id.empty()) {
            for (RedisJob& job : due_) by_id.emplace(job.id, &job);
        }
        for (const QueueRequest& request : settlement.follow_ups) {
            const auto found = by_id.find(request.job_id);
            if (found == by_id.end()) continue;
            RedisJob& job = *found->second;
            JobRecord& record = job.record;
            if (request.generation != 0 && request.generation != record.generation) continue;
            record.queued.push_back(request.run);
            job.queued += encode_queued({&request.run, 1});
            record.due = std::min(record.due, request.run.due);
            job.plan = write_plan(record);
        }
    }
}

void RedisPass::decide(const StoreBatch& batch) {
    for (RedisJob& job : due_) {
        if (ids_wanted_ >= most_ids) {
            result_.more = true;
            return;
        }
        decide(std::move(job), *batch.decider, batch.now);
    }
}

void RedisPass::decide(RedisJob job, Decider& decider, Instant now) {
    decision_.clear();
    try {
        decider.decide(job.record, decision_);
    } catch (...) {
        // One job must not keep the rest of the batch from running.
        decision_.clear();
        decision_.next_run_time = job.record.next_run_time;
        decision_.due = now + pause_of_a_job_set_aside;
        decision_.last_run_time = job.record.last_run_time;
        decision_.state = job.record.state;
        decision_.queued = job.record.queued;
    }
    take_decision(std::move(job), now);
}

void RedisPass::take_decision(RedisJob job, Instant now) {
    JobRecord changed = job.record;
    changed.next_run_time = decision_.next_run_time;
    changed.due = decision_.due;
    changed.last_run_time = decision_.last_run_time;
    changed.state = decision_.state;
    changed.queued = decision_.queued;
    add_claim(job, changed);
    claims_.push_back({.job = std::move(job),
                       .first_run = result_.claimed.size(),
                       .first_not_run = result_.not_run.size(),
                       .runs = decision_.runs.size(),
                       .not_run = decision_.not_run.size()});
    const auto& definition = changed.definition;
    const RunId group = ids_wanted_ + 1;
    for (const NewRun& run : decision_.runs) {
        ClaimedRun& claimed = result_.claimed.emplace_back();
        // Counted from the first of the pass, until the answer tells that.
        claimed.id = ++ids_wanted_;
        claimed.job = definition;
        claimed.generation = changed.generation;
        claimed.scheduled = run.scheduled;
        claimed.due = run.due;
        claimed.attempt = run.attempt;
        claimed.group = group;
        claimed.started = claimed.id == group;
        claim_words_.add(write_run(claimed, claimed.id - group, now, session_.owner()));
    }
    if (!decision_.not_run.empty()) claim_words_.add(definition->id);
    for (const NotRun& range : decision_.not_run) {
        ++ids_wanted_;
        result_.not_run.push_back({definition, range});
        claim_words_.add(write_not_run(definition->id, range, now));
    }
}

void RedisPass::add_claim(const RedisJob& job, const JobRecord& changed) {
    claim_words_.add(job.member)
        .add(job.plan)
        .add(std::int64_t{job.record.running})
        .add(job.queued)
        .add(job.executor)
        .add(write_plan(changed))
        .add(changed.next_run_time)
        .add(changed.due)
        .add(encode_queued(changed.queued))
        .add(changed.state == JobState::ended ? "1" : "0")
        .add(static_cast<std::int64_t>(decision_.runs.size()))
        .add(static_cast<std::int64_t>(decision_.not_run.size()));
}

void RedisPass::write(std::span<const Settlement> settlements, std::span<const ClaimedRun> starts,
                      Instant now) {
    RedisCommand command = session_.arguments();
    add_history_limits(command, history_, now);
    add_follow_ups(command, settlements);
    add_settlements(command, settlements);
    command.add(static_cast<std::int64_t>(starts.size()));
    for (const ClaimedRun& run : starts) command.add(run.id).add(std::int64_t{run.attempt});
    command.add(ids_wanted_).add(changes_);
    command.add(static_cast<std::int64_t>(claims_.size())).add_all(claim_words_);
    take_answer(session_.connection.run(RedisScript::pass, command), settlements);
}

void RedisPass::add_follow_ups(RedisCommand& command, std::span<const Settlement> settlements) {
    std::int64_t count = 0;
    RedisCommand words;
    for (std::size_t i = 0; i < settlements.size(); ++i) {
        for (const QueueRequest& request : settlements[i].follow_ups) {
            words.add(static_cast<std::int64_t>(i) + 1)
                .add(request.job_id)
                .add(request.generation == 0 ? std::string() : name_generation(request.generation))
                .add(request.run.due)
                .add(encode_queued({&request.run, 1}));
            ++count;
        }
    }
    command.add(count).add_all(words);
}

void RedisPass::add_settlements(RedisCommand& command,
                                std::span<const Settlement> settlements) const {
    const bool keeps = history_.runs_per_job > 0 && history_.runs > 0;
    command.add(static_cast<std::int64_t>(settlements.size()));
    for (const Settlement& settlement : settlements) {
        command.add(settlement.run.id)
            .add(std::int64_t{settlement.run.attempt})
            .add(settlement.ends_group ? "1" : "0")
            .add(settlement.run.job->id)
            .add(keeps ? write_record(record_of(settlement)) : std::string());
    }
}

void RedisPass::take_answer(const RedisReply& answer, std::span<const Settlement> settlements) {
    for (std::size_t i = 0; i < answer[1].size(); ++i) {
        result_.superseded.push_back(answer[1][i].integer());
    }
    for (std::size_t i = 0; i < answer[2].size(); ++i) {
        const auto place = static_cast<std::size_t>(answer[2][i].integer());
        result_.ended.push_back(settlements[place].run.job);
    }
    for (std::size_t i = 0; i < answer[3].size(); ++i) {
        const auto place = static_cast<std::size_t>(answer[3][i].integer());
        result_.ended.push_back(claims_[place].job.record.definition);
    }
    const std::int64_t first = answer[0].integer();
    for (ClaimedRun& run : result_.claimed) {
        run.id += first;
        run.group += first;
    }
    if (answer[4].size() > 0) leave_out(answer[4]);
}

void RedisPass::leave_out(RedisValue changed) {
    result_.more = true;
    for (std::size_t i = changed.size(); i-- > 0;) {
        const Claim& claim = claims_[static_cast<std::size_t>(changed[i].integer())];
        const auto run = result_.claimed.begin() + static_cast<std::ptrdiff_t>(claim.first_run);
        result_.claimed.erase(run, run + static_cast<std::ptrdiff_t>(claim.runs));
        const auto range =
            result_.not_run.begin() + static_cast<std::ptrdiff_t>(claim.first_not_run);
        result_.not_run.erase(range, range + static_cast<std::ptrdiff_t>(claim.not_run));
    }
}

}  // namespace punctual::detail
