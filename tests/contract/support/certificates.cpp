#include "contract/support/certificates.hpp"

#include <fcntl.h>
#include <pwd.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>
#include <filesystem>
#include <stdexcept>

namespace punctual::contract {

namespace {

/// Runs a program to its end; returns whether it succeeded.
bool run(std::vector<std::string> command) {
    std::vector<char*> words;
    for (std::string& word : command) words.push_back(word.data());
    words.push_back(nullptr);
    posix_spawn_file_actions_t quiet;
    posix_spawn_file_actions_init(&quiet);
    for (const int output : {STDOUT_FILENO, STDERR_FILENO}) {
        posix_spawn_file_actions_addopen(&quiet, output, "/dev/null", O_WRONLY, 0);
    }
    pid_t process = 0;
    int status = -1;
    if (posix_spawnp(&process, words[0], &quiet, nullptr, words.data(), environ) == 0) {
        waitpid(process, &status, 0);
    }
    posix_spawn_file_actions_destroy(&quiet);
    return status == 0;
}

}  // namespace

Certificates::Certificates(const std::string& user) {
    std::filesystem::permissions(folder_.path(), std::filesystem::perms(0755));
    make("authority", "authority", {});
    make("other", "other", {});
    issue("server", "server", "authority",
          {"-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1"});
    issue("client", "punctual", "authority");
    issue("visitor", "visitor", "authority");
    issue("stranger", "punctual", "other");
    const passwd* owner = geteuid() == 0 ? getpwnam(user.c_str()) : nullptr;
    if (owner != nullptr && chown(file("server.key").c_str(), owner->pw_uid, owner->pw_gid) != 0) {
        throw std::runtime_error("no key of the server's own");
    }
}

bool Certificates::can_make() {
    return run({"openssl", "version"});
}

void Certificates::issue(const std::string& name, const std::string& subject,
                         const std::string& authority,
                         const std::vector<std::string>& options) const {
    std::vector<std::string> all = {"-CA",     file(authority + ".crt"),
                                    "-CAkey",  file(authority + ".key"),
                                    "-addext", "basicConstraints=critical,CA:FALSE"};
    all.insert(all.end(), options.begin(), options.end());
    make(name, subject, all);
}

void Certificates::make(const std::string& name, const std::string& subject,
                        const std::vector<std::string>& options) const {
    const std::string key = "ec_paramgen_curve:prime256v1";
    std::vector<std::string> command = {"openssl",  "req",
                                        "-x509",    "-nodes",
                                        "-days",    "2",
                                        "-newkey",  "ec",
                                        "-pkeyopt", key,
                                        "-subj",    "/CN=" + subject,
                                        "-keyout",  file(name + ".key"),
                                        "-out",     file(name + ".crt")};
    command.insert(command.end(), options.begin(), options.end());
    if (!run(command)) throw std::runtime_error("openssl made no certificate of " + name);
}

}  // namespace punctual::contract
