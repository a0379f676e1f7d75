#include "next_lines.hpp"

#include <punctual/errors.hpp>
#include <punctual/trigger.hpp>

#include <chrono>
#include <istream>
#include <ostream>

namespace punctual::program {

namespace {

/// What stands in a request.
struct Request {
    const Value* trigger;
    Instant after;
    Instant anchor;  // stands for "now" in the trigger
    std::size_t count;
};

[[noreturn]] void fail(std::string_view key, const Value& value, std::string_view needed) {
    throw ValueError("request: " + std::string(key) + " is " + value.to_json() + "; " +
                     std::string(needed) + " is needed");
}

Instant read_time(std::string_view key, const Value& value) {
    if (!value.is_text()) fail(key, value, "text such as \"2025-03-29T00:00:00Z\"");
    return parse_instant(value.as_text());
}

std::size_t read_count(const Value& value) {
    constexpr std::int64_t most = 1'000'000;
    if (!value.is_integer() || value.as_integer() < 0 || value.as_integer() > most) {
        fail("count", value, "a whole number from 0 to " + std::to_string(most));
    }
    return static_cast<std::size_t>(value.as_integer());
}

Instant now() {
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

/// Other keys are passed over: they are the caller's own.
Request read_request(const Value& line) {
    if (!line.is_object()) {
        throw ValueError("request: " + line.to_json() + " is " + line.type_name() +
                         "; an object is needed");
    }
    Request request{line.find("trigger"), {}, {}, 5};
    if (request.trigger == nullptr) throw ValueError("request: trigger is missing");
    if (const Value* count = line.find("count")) request.count = read_count(*count);
    const Value* from = line.find("from");
    const Value* after = line.find("after");
    if (from != nullptr && after != nullptr) {
        throw ValueError("request: from and after are both given; give one of them");
    }
    if (after != nullptr) {
        request.anchor = read_time("after", *after);
        request.after = request.anchor;
    } else {
        request.anchor = from != nullptr ? read_time("from", *from) : now();
        request.after = request.anchor - 1us;
    }
    return request;
}

Value::Array times_of(const Request& request, TimeZone zone) {
    const Trigger trigger = Trigger::from_value(*request.trigger).resolve(request.anchor, zone);
    Value::Array times;
    Instant last = request.after;
    while (times.size() < request.count) {
        const auto instant = trigger.next(last);
        if (!instant) break;
        times.emplace_back(format_instant(*instant));
        last = *instant;
    }
    return times;
}

}  // namespace

std::string answer_line(std::string_view request, TimeZone zone) {
    Value answer = Value::object({{"id", nullptr}});
    try {
        const Value line = Value::from_json(request);
        if (const Value* id = line.find("id")) answer.set("id", *id);
        answer.set("times", times_of(read_request(line), zone));
    } catch (const std::exception& error) {
        answer.set("error", error.what());
    }
    return answer.to_json();
}

void answer_lines(std::istream& in, std::ostream& out, TimeZone zone) {
    std::string line;
    while (std::getline(in, line)) {
        out << answer_line(line, zone) << '\n';
        // Whoever waits for an answer before the next request gets it; a file is not slowed down.
        if (in.rdbuf()->in_avail() <= 0) out.flush();
    }
}

}  // namespace punctual::program
