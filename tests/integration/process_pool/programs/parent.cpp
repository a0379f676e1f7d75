// A program that is killed: it has a pool of processes in which one worker is busy, one ignores all
// requests and one is idle. It prints a line with the processes that go with it: the busy workers,
// and a child of one of them.

#include <punctual/executors/process_pool.hpp>
#include <punctual/testing/run_recorder.hpp>

#include <cstdio>
#include <string>

#include <spawn.h>
#include <unistd.h>

using namespace punctual;

namespace {

void print_line(const std::string& text) {
    const std::string line = text + "\n";
    static_cast<void>(!::write(STDOUT_FILENO, line.data(), line.size()));
}

const auto idle = task("idle", [] { print_line(std::to_string(::getpid())); });
const auto busy = task("busy", [] {
    print_line(std::to_string(::getpid()));
    volatile bool on = true;
    while (on) {
    }
});
const auto busy_with_child = task("busy_with_child", [] {
    std::string program = "sleep";
    std::string seconds = "1000";
    char* words[] = {program.data(), seconds.data(), nullptr};
    pid_t child = 0;
    if (::posix_spawnp(&child, words[0], nullptr, nullptr, words, ::environ) != 0) return;
    print_line(std::to_string(child));
    print_line(std::to_string(::getpid()));
    while (true) ::pause();
});

}  // namespace

int main(int argc, char** argv) {
    if (const auto code = process_worker(argc, argv)) return *code;
    testing::RunRecorder recorder;
    const auto pool = make_process_pool(3);
    pool->start();
    std::vector<RunTicket> tickets;
    tickets.push_back(recorder.ticket(busy()));
    tickets.push_back(recorder.ticket(busy_with_child()));
    tickets.push_back(recorder.ticket(idle()));
    pool->submit(tickets);
    while (true) ::pause();
}
