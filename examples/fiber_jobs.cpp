// A scheduler in the fibers of a thread: each run is a fiber, which may wait for the others of the
// program, and shares data with them without a lock.

#include <punctual/punctual.hpp>
#include <punctual/schedulers/fiber.hpp>

#include <boost/fiber/buffered_channel.hpp>
#include <boost/fiber/fiber.hpp>
#include <boost/fiber/operations.hpp>

#include <cstdio>
#include <string>

using namespace punctual;

int main() {
    boost::fibers::buffered_channel<std::string> letters(4);
    int read = 0;
    boost::fibers::fiber reader([&] {
        std::string letter;
        while (letters.pop(letter) == boost::fibers::channel_op_status::success) {
            std::printf("%s\n", letter.c_str());
            ++read;
        }
    });

    FiberScheduler scheduler;
    scheduler.add_job(
        [&](RunContext& run) {
            boost::this_fiber::sleep_for(std::chrono::milliseconds(20));  // the others go on
            letters.push("a letter of " + format_instant(run.scheduled()));
        },
        interval(100ms), {.id = "write", .max_instances = 10});
    scheduler.start();  // returns at once: the jobs run while this fiber waits

    boost::this_fiber::sleep_for(std::chrono::milliseconds(450));
    scheduler.shutdown();  // waits for runs, as fibers do
    letters.close();
    reader.join();
    return read > 0 ? 0 : 1;
}
