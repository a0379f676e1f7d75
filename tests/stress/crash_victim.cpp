// A program that is killed: it runs jobs of a store until it is told to stop (a byte or the end of
// its standard input), and notes each execution in a log, a line at a time.
//
//     crash-victim FOLDER URL-OF-STORE

#include <punctual/punctual.hpp>

#include <string>

#include <fcntl.h>
#include <unistd.h>

using namespace punctual;

namespace {

int log_file = -1;

// One write of a short line to a file opened for appending is not torn by a kill.
void note(RunContext& run) {
    const std::string line = run.job_id() + " " + format_instant(run.scheduled()) + " " +
                             std::to_string(run.attempt()) + "\n";
    if (write(log_file, line.data(), line.size()) < 0) _exit(3);
}

const auto note_run = task("note_run", note);

void add(Scheduler& scheduler, const std::string& id, Duration step, OnLost on_lost) {
    JobOptions options{.id = id, .misfire_grace_time = unlimited, .coalesce = false};
    options.max_instances = 1000;
    options.max_catch_up = 100;
    options.on_lost = on_lost;
    options.replace_existing = true;
    scheduler.add_job(note_run(), interval(step, {.start_date = "2025-01-01T00:00:00.001Z"}),
                      options);
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 3) return 2;
    const std::string folder = arguments[1];
    log_file = open((folder + "/log").c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    BackgroundScheduler scheduler({
        .stores = {{"default", store(arguments[2])}},
        .executors = {{"default", thread_pool(3)}},
        .history = {.runs_per_job = 1'000'000},
    });
    scheduler.start();
    add(scheduler, "once", 3ms, OnLost::record);
    add(scheduler, "again", 7ms, OnLost::rerun);
    if (write(STDOUT_FILENO, "r", 1) != 1) return 3;
    char byte = 0;
    static_cast<void>(!read(STDIN_FILENO, &byte, 1));
    scheduler.shutdown();
}
