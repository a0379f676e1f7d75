// How a connection to PostgreSQL is made.

#include <fmt/format.h>
#include <libpq-fe.h>
#include <poll.h>
#include <algorithm>
#include <cctype>
#include <charconv>
#include <chrono>
#include <memory>
#include <optional>

#include "stores/postgresql/connection.hpp"
#include "stores/postgresql/errors.hpp"
#include "stores/postgresql/location.hpp"
#include "value/one_line.hpp"

namespace punctual::detail {

namespace {

// A server that has gone without a word is noticed within half a minute or so.
constexpr std::pair<const char*, const char*> defaults[] = {
    {"connect_timeout", "10"}, {"keepalives_idle", "10"},     {"keepalives_interval", "5"},
    {"keepalives_count", "3"}, {"tcp_user_timeout", "30000"}, {"application_name", "punctual"},
};

// Statements are prepared once and meet tables that have grown since: they are to use indexes
// whatever the tables looked like at first, and not to be planned again at each execution.
constexpr const char* settings =
    "SET plan_cache_mode = force_generic_plan; SET enable_seqscan = off; SET jit = off; "
    "SET default_transaction_isolation = 'read committed'; SET client_min_messages = warning; "
    "SET lock_timeout = '10s'";

constexpr int oldest_server = 120000;

// 0: no limit, as libpq has it.
int timeout_of(const PostgresqlLocation& location) {
    const std::string text = location.parameter("connect_timeout");
    int seconds = 10;
    std::from_chars(text.data(), text.data() + text.size(), seconds);
    return seconds;
}

// As libpq has it: " (127.0.0.1)" where it is not the host itself.
std::string address_in_words(const PGconn* handle) {
    const std::string address = PQhostaddr(handle);
    const bool is_known = address.empty() || address == PQhost(handle);
    return is_known ? std::string() : " (" + address + ")";
}

// What a server says that is starting, or stopping.
constexpr std::string_view cannot_connect_now = "57P03";

// Where addresses come from that are not in the URL.
bool has_other_addresses(const PostgresqlLocation& location) {
    if (!location.parameter("service").empty()) return true;
    const std::unique_ptr<PQconninfoOption, decltype(&PQconninfoFree)> options(PQconndefaults(),
                                                                               PQconninfoFree);
    if (options == nullptr) return false;
    const PQconninfoOption* option = options.get();
    while (option->keyword != nullptr && option->keyword != std::string_view("hostaddr")) ++option;
    return option->val != nullptr;
}

// A round over all servers for each of them; null: what the URL says.
std::vector<const char*> session_attributes_of(const PostgresqlLocation& location) {
    if (location.parameter("target_session_attrs") != "prefer-standby") return {nullptr};
    return {"standby", "any"};
}

}  // namespace

// "…: FATAL:  28P01: password authentication failed …\nLOCATION: …": words are in any language.
PostgresqlConnection::ConnectError PostgresqlConnection::read_connect_error(std::string_view text) {
    ConnectError error;
    for (std::size_t at = text.find(":  "); at != std::string_view::npos;
         at = text.find(":  ", at + 1)) {
        const std::string_view state = text.substr(at + 3, 5);
        const bool is_state = state.size() == 5 && text.substr(at + 8, 2) == ": " &&
                              std::ranges::all_of(state, [](unsigned char byte) {
                                  return std::isdigit(byte) || std::isupper(byte);
                              });
        if (!is_state) continue;
        const std::string_view message = text.substr(at + 10);
        return {std::string(state), std::string(message.substr(0, message.find('\n')))};
    }
    return {{}, on_one_line(std::string(text))};
}

void PostgresqlConnection::ConnectError::add(const ConnectError& next) {
    state = next.state;
    message += (message.empty() ? "" : "; ") + next.message;
}

PostgresqlConnection::PostgresqlConnection(const PostgresqlLocation& location,
                                           HostResolver resolver)
    : name_(location.describe()),
      answer_timeout_(location.answer_timeout_seconds),
      resolver_(resolver) {
    try {
        connect(location);
        if (server_version() < oldest_server) {
            throw StoreError(fmt::format("{} is on PostgreSQL {}, which is too old: 12 is needed",
                                         name_, server_version() / 10000));
        }
        execute(settings);
        const std::string encoding = query_text("SHOW server_encoding").at(0);
        if (encoding != "UTF8") {
            throw StoreError(fmt::format("{} has the encoding {}: make the database with UTF8",
                                         name_, encoding));
        }
    } catch (...) {
        PQfinish(handle_);
        throw;
    }
}

// One server after the other. libpq would try them all by itself, but without a limit of time for
// each: that is for callers who do not block in it, and who cannot tell it to go on to the next.
void PostgresqlConnection::connect(const PostgresqlLocation& location) {
    ConnectError failures;
    for (const char* wanted : session_attributes_of(location)) {
        for (const PostgresqlServer& server : location.servers()) {
            if (try_server(location, server, wanted, failures)) return;
        }
    }
    throw_postgresql_error(name_, failures.state, failures.message);
}

// The name stays beside the address: certificates and passwords in files are for it.
std::vector<PostgresqlServer> PostgresqlConnection::places_of(
    const PostgresqlServer& server, const PostgresqlLocation& location) const {
    const bool is_name = !server.host.empty() && server.host[0] != '/' && server.host[0] != '@';
    if (!is_name || !server.address.empty() || has_other_addresses(location)) return {server};
    std::vector<PostgresqlServer> places;
    for (const std::string& address : resolver_(server.host)) {
        places.push_back({server.host, address, server.port});
    }
    return places;
}

bool PostgresqlConnection::try_server(const PostgresqlLocation& location,
                                      const PostgresqlServer& server, const char* wanted,
                                      ConnectError& failures) {
    std::vector<PostgresqlServer> places;
    try {
        places = places_of(server, location);
    } catch (const ValueError& error) {
        failures.add({{}, error.what()});
    }
    for (const PostgresqlServer& place : places) {
        const std::optional<ConnectError> error = try_place(location, place, wanted);
        if (!error) return true;
        // What a server says of this user or database, another one would say too.
        if (!error->state.empty() && error->state != cannot_connect_now) {
            throw_postgresql_error(name_, error->state, error->message);
        }
        failures.add(*error);
    }
    return false;
}

std::optional<PostgresqlConnection::ConnectError> PostgresqlConnection::try_place(
    const PostgresqlLocation& location, const PostgresqlServer& place, const char* wanted) {
    std::vector<const char*> keywords;
    std::vector<const char*> values;
    const auto add = [&](const char* keyword, const char* value) {
        keywords.push_back(keyword);
        values.push_back(value);
    };
    for (const auto& [keyword, value] : defaults) add(keyword, value);
    // The last one counts, but for empty ones.
    for (const auto& [keyword, value] : location.parameters) {
        const bool is_of_server = keyword == "host" || keyword == "hostaddr" || keyword == "port";
        if (!is_of_server) add(keyword.c_str(), value.c_str());
    }
    add("host", place.host.c_str());
    add("hostaddr", place.address.c_str());
    add("port", place.port.c_str());
    if (wanted != nullptr) add("target_session_attrs", wanted);
    add("client_encoding", "UTF8");
    add(nullptr, nullptr);
    PQfinish(handle_);
    handle_ = PQconnectStartParams(keywords.data(), values.data(), 0);
    if (handle_ == nullptr) throw StoreUnavailableError(name_ + ": out of memory");
    PQsetNoticeProcessor(
        handle_, [](void*, const char*) {}, nullptr);
    if (PQstatus(handle_) == CONNECTION_BAD) return read_connect_error(PQerrorMessage(handle_));
    // With it a refusal has its code, which tells a wrong password from a server that is starting.
    PQsetErrorVerbosity(handle_, PQERRORS_VERBOSE);
    std::optional<ConnectError> error = wait_until_connected(timeout_of(location));
    PQsetErrorVerbosity(handle_, PQERRORS_TERSE);
    // Sending waits in `await_answer`, which gives up.
    if (!error) PQsetnonblocking(handle_, 1);
    return error;
}

std::optional<PostgresqlConnection::ConnectError> PostgresqlConnection::wait_until_connected(
    int timeout_seconds) {
    const auto now = std::chrono::steady_clock::now;
    const std::chrono::seconds longest =
        timeout_seconds > 0 ? std::chrono::seconds(timeout_seconds) : std::chrono::hours(24);
    auto deadline = now() + longest;
    std::string address = PQhostaddr(handle_);
    auto progress = PGRES_POLLING_WRITING;
    while (progress != PGRES_POLLING_OK) {
        if (progress == PGRES_POLLING_FAILED) return read_connect_error(PQerrorMessage(handle_));
        // The next of several servers that the environment names.
        if (address != PQhostaddr(handle_)) {
            address = PQhostaddr(handle_);
            deadline = now() + longest;
        }
        const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - now());
        pollfd socket{
            .fd = PQsocket(handle_),
            .events = static_cast<short>(progress == PGRES_POLLING_READING ? POLLIN : POLLOUT),
            .revents = 0};
        if (left.count() <= 0 || poll(&socket, 1, static_cast<int>(left.count())) == 0) {
            return ConnectError{{},
                                fmt::format("the server at \"{}\"{}, port {}, did not answer "
                                            "within {} s",
                                            PQhost(handle_), address_in_words(handle_),
                                            PQport(handle_), timeout_seconds)};
        }
        progress = PQconnectPoll(handle_);
    }
    return std::nullopt;
}

}  // namespace punctual::detail
