#include "contract/support/killed_worker.hpp"

#include <sys/wait.h>
#include <unistd.h>
#include <csignal>
#include <cstdio>
#include <exception>
#include <thread>

#include "contract/support/store_worker.hpp"

namespace punctual::contract {

namespace {

[[noreturn]] void work_until_killed(const std::function<std::shared_ptr<JobStore>()>& open,
                                    int progress) {
    try {
        const auto store = open();
        StoreWorker worker(*store);
        for (;;) {
            worker.pass();
            if (write(progress, ".", 1) != 1) _exit(0);
        }
    } catch (const std::exception& error) {
        std::fputs(error.what(), stderr);
        _exit(1);
    }
}

}  // namespace

int kill_a_worker(const std::function<std::shared_ptr<JobStore>()>& open, int passes,
                  std::chrono::microseconds pause) {
    int pipe_ends[2];
    if (pipe(pipe_ends) != 0) return -1;
    const pid_t child = fork();
    if (child == 0) {
        close(pipe_ends[0]);
        work_until_killed(open, pipe_ends[1]);
    }
    close(pipe_ends[1]);
    char dot = 0;
    while (passes-- > 0 && read(pipe_ends[0], &dot, 1) == 1) {
    }
    std::this_thread::sleep_for(pause);
    kill(child, SIGKILL);
    close(pipe_ends[0]);
    int status = 0;
    waitpid(child, &status, 0);
    return status;
}

}  // namespace punctual::contract
