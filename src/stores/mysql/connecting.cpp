// How a connection to MariaDB is made.

#include <errmsg.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <mysql.h>
#include <unistd.h>
#include <cerrno>
#include <mutex>
#include <string_view>
#include <system_error>
#include <utility>

#include "stores/mysql/connection.hpp"
#include "stores/mysql/errors.hpp"
#include "stores/mysql/location.hpp"

namespace punctual::detail {

namespace {

// What is compared, checked and waited for must not depend on how the server is set up. The server
// ends no connection for being idle, and has a step of a recursive statement for each block of ids.
// A transaction that waits for a lock is tried a few times, so that each of them waits shortly.
constexpr const char* settings =
    "SET SESSION autocommit = 1, sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', "
    "tx_isolation = 'READ-COMMITTED', innodb_lock_wait_timeout = 1, lock_wait_timeout = 1, "
    "wait_timeout = 31536000, sql_safe_updates = 0, sql_select_limit = DEFAULT, "
    "max_recursive_iterations = 1000000, foreign_key_checks = 1, big_tables = 0";

// JSON_TABLE and SKIP LOCKED came with it.
constexpr unsigned long oldest_server = 100600;

// Beside the parameters, a packet has a few bytes of its own.
constexpr std::size_t packet_overhead = 4096;

// The methods to log in by that never tell the password itself.
constexpr const char* secret_methods =
    "mysql_native_password,client_ed25519,parsec,auth_gssapi_client";

void initialise_library() {
    static std::once_flag done;
    std::call_once(done, [] { mysql_library_init(0, nullptr, nullptr); });
}

MYSQL* make_handle() {
    initialise_library();
    return mysql_init(nullptr);
}

void set_text(MYSQL* handle, mysql_option option, const std::string& value) {
    if (!value.empty()) mysql_optionsv(handle, option, value.c_str());
}

// Whether the library checks who gave the server its certificate without checking whose it is: up
// to 3.3 an authority is enough for that, and since then it checks both or neither.
bool can_check_authority_alone() {
    return std::string_view(mysql_get_client_info()).starts_with("3.3.");
}

void set_tls(MYSQL* handle, const MysqlLocation& location) {
    using Tls = MysqlLocation::Tls;
    const my_bool is_wanted = location.tls == Tls::off ? 0 : 1;
    const bool is_verified =
        location.tls == Tls::verify ||
        (location.tls == Tls::verify_authority && !can_check_authority_alone());
    const my_bool verifies = is_verified ? 1 : 0;
    mysql_optionsv(handle, MYSQL_OPT_SSL_ENFORCE, &is_wanted);
    mysql_optionsv(handle, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verifies);
    if (is_wanted == 0) return;
    // Only who checks a name has the library refuse a server without TLS before it logs in. To one
    // that nobody has checked no password is told, whoever on the way says that there is no TLS.
    if (location.tls == Tls::verify_authority) {
        mysql_optionsv(handle, MARIADB_OPT_RESTRICTED_AUTH, secret_methods);
    }
    set_text(handle, MYSQL_OPT_SSL_CA, location.tls_authority);
    set_text(handle, MYSQL_OPT_SSL_CERT, location.tls_certificate);
    set_text(handle, MYSQL_OPT_SSL_KEY, location.tls_key);
}

// Of a file that is missing the library says at best that something could not be verified.
std::string unreadable_file(const MysqlLocation& location) {
    const std::pair<const char*, const std::string&> files[] = {
        {"ssl-ca", location.tls_authority},
        {"ssl-cert", location.tls_certificate},
        {"ssl-key", location.tls_key}};
    for (const auto& [option, path] : files) {
        if (path.empty()) continue;
        const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
        if (file < 0) {
            return fmt::format("the file {} of {} cannot be read: {}", path, option,
                               std::generic_category().message(errno));
        }
        close(file);
    }
    return {};
}

std::string connect_error(MYSQL* handle, const MysqlLocation& location) {
    std::string message = mysql_error(handle);
    const unsigned code = mysql_errno(handle);
    if (code == CR_PLUGIN_NOT_ALLOWED) {
        message +=
            " (by ssl-mode=VERIFY_CA no password is told as it is; by VERIFY_IDENTITY it is)";
    }
    // A server that takes no such certificate ends the connection, and where TLS 1.3 lets this side
    // go on before it has looked, what it says of that is often lost with it.
    if (code == CR_SERVER_LOST && !location.tls_certificate.empty()) {
        message += " (does the server trust the certificate of ssl-cert?)";
    }
    return message;
}

const char* text_or_null(const std::string& text) {
    return text.empty() ? nullptr : text.c_str();
}

}  // namespace

MysqlConnection::MysqlConnection(const MysqlLocation& location)
    : name_(location.describe()), handle_(make_handle(), mysql_close) {
    if (handle_ == nullptr) throw StoreUnavailableError(name_ + ": out of memory");
    connect(location);
    require_server();
    execute(settings);
    largest_packet_ = std::stoull(query_text("SELECT @@max_allowed_packet").at(0));
    largest_packet_ -= std::min(largest_packet_ / 2, packet_overhead);
}

void MysqlConnection::connect(const MysqlLocation& location) {
    MYSQL* handle = handle_.get();
    mysql_optionsv(handle, MYSQL_OPT_CONNECT_TIMEOUT, &location.connect_timeout_seconds);
    mysql_optionsv(handle, MYSQL_OPT_READ_TIMEOUT, &location.answer_timeout_seconds);
    mysql_optionsv(handle, MYSQL_OPT_WRITE_TIMEOUT, &location.answer_timeout_seconds);
    mysql_optionsv(handle, MYSQL_SET_CHARSET_NAME, "utf8mb4");
    // By default a server may ask for any file of the client.
    const unsigned gives_files = 0;
    mysql_optionsv(handle, MYSQL_OPT_LOCAL_INFILE, &gives_files);
    if (location.tls != MysqlLocation::Tls::off) {
        const std::string problem = unreadable_file(location);
        if (!problem.empty()) fail(CR_SSL_CONNECTION_ERROR, problem.c_str());
    }
    set_tls(handle, location);
    // How many rows were found, not how many of them are other than they were.
    const unsigned long flags = CLIENT_FOUND_ROWS;
    if (mysql_real_connect(handle, text_or_null(location.host), text_or_null(location.user),
                           location.password.c_str(), location.database.c_str(), location.port,
                           text_or_null(location.socket), flags) == nullptr) {
        fail(mysql_errno(handle), connect_error(handle, location).c_str());
    }
    // The library goes on without it where the server has none.
    if (location.tls >= MysqlLocation::Tls::required && mysql_get_ssl_cipher(handle) == nullptr) {
        throw StoreError(name_ + ": the server has no TLS (SSL), which the URL asks for");
    }
}

void MysqlConnection::require_server() {
    const bool is_mariadb = mariadb_connection(handle_.get()) != 0;
    if (is_mariadb && mysql_get_server_version(handle_.get()) >= oldest_server) return;
    throw StoreError(fmt::format("{} is on {} {}: MariaDB 10.6 or later is needed", name_,
                                 is_mariadb ? "MariaDB" : "MySQL",
                                 mysql_get_server_info(handle_.get())));
}

}  // namespace punctual::detail
