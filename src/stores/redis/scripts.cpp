#include "stores/redis/scripts.hpp"

#include <initializer_list>

namespace punctual::detail {

namespace {

std::string join(std::initializer_list<const char*> parts) {
    std::string text;
    for (const char* part : parts) text += part;
    return text;
}

}  // namespace

std::string text_of(RedisScript script) {
    using namespace lua;
    switch (script) {
        case RedisScript::open:
            return join({names, open});
        case RedisScript::inspect:
            return join({names, inspect});
        case RedisScript::close:
            return join({names, close});
        case RedisScript::begin_epoch:
            return join({names, begin_epoch});
        case RedisScript::renew:
            return join({names, ownership});
        case RedisScript::stage:
            return join({names, ownership, stage});
        case RedisScript::add:
            return join({names, ownership, jobs, take_staged, add});
        case RedisScript::find:
            return join({names, jobs, find});
        case RedisScript::list:
            return join({names, jobs, list});
        case RedisScript::pass:
            return join({names, ownership, jobs, history, pass});
        case RedisScript::edit:
            return join({names, ownership, jobs, history, take_staged, edit});
        case RedisScript::remove_all:
            return join({names, ownership, jobs, history, remove_all});
        case RedisScript::start_unscheduled:
            return join({names, ownership, jobs, start_unscheduled});
        case RedisScript::retry:
            return join({names, ownership, retry});
        case RedisScript::runs_of_job:
            return join({names, runs_of_job});
    }
    return {};
}

}  // namespace punctual::detail
