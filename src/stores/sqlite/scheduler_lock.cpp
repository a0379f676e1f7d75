#include "stores/sqlite/scheduler_lock.hpp"

#include <punctual/errors.hpp>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>
#include <array>
#include <cerrno>
#include <system_error>

namespace punctual::detail {

namespace {

std::string reason_of(int error) {
    return std::generic_category().message(error);
}

std::string read_holder(int descriptor) {
    std::array<char, 32> text{};
    const ssize_t length = pread(descriptor, text.data(), text.size(), 0);
    std::string holder(text.data(), length > 0 ? static_cast<std::size_t>(length) : 0);
    return holder.substr(0, holder.find('\n'));
}

// For messages only: the lock holds without it.
void write_holder(int descriptor) {
    const std::string text = std::to_string(getpid()) + "\n";
    if (ftruncate(descriptor, 0) == 0) {
        [[maybe_unused]] const ssize_t written = pwrite(descriptor, text.data(), text.size(), 0);
    }
}

}  // namespace

SchedulerLock::SchedulerLock(const SqliteLocation& location) {
    const std::string name = location.describe();
    const std::string path = location.path + "-" + location.prefix + "lock";
    descriptor_ = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666);
    if (descriptor_ < 0) {
        throw StoreError(fmt::format("{} cannot be opened: {}: {}", name, path, reason_of(errno)));
    }
    int outcome = 0;
    do {
        outcome = flock(descriptor_, LOCK_EX | LOCK_NB);
    } while (outcome != 0 && errno == EINTR);
    if (outcome != 0) {
        const int error = errno;
        const std::string holder = read_holder(descriptor_);
        ::close(descriptor_);
        if (error != EWOULDBLOCK) {
            throw StoreError(fmt::format("{} cannot be locked: {}", name, reason_of(error)));
        }
        throw StoreError(fmt::format("{} is in use by another scheduler (process {})", name,
                                     holder.empty() ? "unknown" : holder));
    }
    write_holder(descriptor_);
}

SchedulerLock::~SchedulerLock() {
    ::close(descriptor_);
}

}  // namespace punctual::detail
