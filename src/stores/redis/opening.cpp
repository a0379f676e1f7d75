#include "stores/redis/opening.hpp"

#include <fmt/format.h>
#include <exception>
#include <string>
#include <string_view>

#include "stores/leased_store.hpp"
#include "stores/redis/words.hpp"
#include "stores/scheduler_owner.hpp"
#include "stores/schema_version.hpp"

namespace punctual::detail {

namespace {

std::string name_of(const RedisSession& session) {
    return session.connection.location().describe();
}

/// The value of `field:value` in what INFO answers.
std::string_view find_info(std::string_view info, std::string_view field) {
    const std::size_t at = info.find(fmt::format("\n{}:", field));
    if (at == std::string_view::npos) return {};
    const std::string_view value = info.substr(at + field.size() + 2);
    return value.substr(0, value.find_first_of("\r\n"));
}

// A server that throws keys away when its memory is full would throw jobs away.
void refuse_eviction(RedisSession& session) {
    const RedisReply reply = session.connection.run(RedisCommand{"INFO", "memory"});
    const std::string_view policy = find_info(reply.value().text(), "maxmemory_policy");
    const std::string_view limit = find_info(reply.value().text(), "maxmemory");
    if (limit == "0" || !policy.starts_with("allkeys")) return;
    throw StoreError(
        fmt::format("{} would lose jobs: the server drops any key when its memory is "
                    "full (maxmemory-policy {}); set it to noeviction",
                    name_of(session), policy));
}

[[noreturn]] void throw_refusal(RedisSession& session, const RedisReply& reply) {
    const std::string_view what = reply[0].text();
    const std::string name = name_of(session);
    if (what == "missing") throw StoreError(fmt::format("there is no store at {}", name));
    if (what == "schema") {
        require_schema_version(name, Words(reply[1].text()).integer(), redis_schema_version);
    }
    if (what == "locked") throw_in_use(name, reply[1].text(), reply[2].integer());
    throw StoreError(
        fmt::format("{} has keys of another program ({}), they were left as they are: "
                    "give the jobs a prefix of their own, as in ?prefix=jobs",
                    name, reply[1].text()));
}

RedisReply try_to_open(RedisSession& session, std::string_view dead_owner) {
    RedisCommand arguments = session.arguments();
    arguments.add(std::int64_t{redis_schema_version}).add(dead_owner);
    return session.connection.run(RedisScript::open, arguments);
}

}  // namespace

void open_to_schedule(RedisSession& session) {
    refuse_eviction(session);
    RedisReply reply = try_to_open(session, {});
    if (reply[0].text() == "locked") {
        const std::string holder(reply[1].text());
        if (has_ended(holder)) reply = try_to_open(session, holder);
    }
    if (reply[0].text() != "opened") throw_refusal(session, reply);
}

void open_to_inspect(RedisSession& session) {
    RedisCommand arguments = session.arguments();
    arguments.add(std::int64_t{redis_schema_version});
    const RedisReply reply = session.connection.run(RedisScript::inspect, arguments);
    if (reply[0].text() != "opened") throw_refusal(session, reply);
}

void let_go(RedisSession& session) noexcept {
    try {
        static_cast<void>(session.connection.run(RedisScript::close, session.arguments()));
    } catch (const std::exception&) {
        // Whoever comes next waits for the lease.
    }
}

}  // namespace punctual::detail
