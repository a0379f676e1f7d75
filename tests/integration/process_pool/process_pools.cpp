#include "integration/process_pool/process_pools.hpp"

#include <fstream>

#include <poll.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace punctual::testing {

const Task<std::int64_t()> process_id =
    task("process_id", [] { return static_cast<std::int64_t>(::getpid()); });

void tell(const std::string& fifo) {
    std::ofstream(fifo) << "begun\n";
}

void wait_for_end_of(std::int64_t process) {
    const int descriptor = static_cast<int>(::syscall(SYS_pidfd_open, process, 0));
    if (descriptor < 0) return;
    pollfd polled{.fd = descriptor, .events = POLLIN, .revents = 0};
    while (::poll(&polled, 1, -1) != 1) {
    }
    ::close(descriptor);
}

}  // namespace punctual::testing
