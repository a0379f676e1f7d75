#include "contract/mysql/private_server.hpp"

#include <mysql.h>
#include <csignal>
#include <filesystem>
#include <memory>
#include <utility>

namespace punctual::contract {

// MariaDB refuses to run as root.
PrivateMariadb::PrivateMariadb(std::string port, std::vector<std::string> arguments)
    : ServerProcess("nobody", SIGKILL), port_(std::move(port)), arguments_(std::move(arguments)) {
    // A server that starts removes what others have left in its folder for temporary tables, and
    // what others have there still.
    run({"mariadb-install-db", "--no-defaults", "--datadir=" + file("data"),
         "--tmpdir=" + file("."), "--skip-test-db", "--auth-root-authentication-method=normal"});
    make_folder("data/app");
    start();
}

std::vector<std::string> PrivateMariadb::command() const {
    // Debian has it where only root's path leads.
    const char* debian = "/usr/sbin/mariadbd";
    std::vector<std::string> words = {std::filesystem::exists(debian) ? debian : "mariadbd",
                                      "--no-defaults",
                                      "--datadir=" + file("data"),
                                      "--tmpdir=" + file("."),
                                      "--socket=" + socket(),
                                      "--pid-file=" + file("pid"),
                                      "--bind-address=127.0.0.1",
                                      port_.empty() ? "--skip-networking" : "--port=" + port_,
                                      "--innodb-buffer-pool-size=16M",
                                      "--innodb-log-file-size=16M"};
    words.insert(words.end(), arguments_.begin(), arguments_.end());
    return words;
}

bool PrivateMariadb::is_ready() const {
    const std::unique_ptr<MYSQL, decltype(&mysql_close)> handle(mysql_init(nullptr), mysql_close);
    return mysql_real_connect(handle.get(), nullptr, "root", "", nullptr, 0, socket().c_str(), 0) !=
           nullptr;
}

}  // namespace punctual::contract
