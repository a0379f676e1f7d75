#include "executors/shared_page.hpp"

#include <punctual/errors.hpp>

#include <cerrno>
#include <utility>

#include <sys/mman.h>

namespace punctual::detail {

namespace {

constexpr std::size_t size = sizeof(RunMarks::Word);

}  // namespace

SharedPage SharedPage::make() {
    FileDescriptor descriptor(::memfd_create("punctual-worker", MFD_CLOEXEC));
    if (!descriptor.is_open() || ::ftruncate(descriptor.number(), size) != 0) {
        throw ExecutorError("cannot share memory with a worker: " + system_message(errno));
    }
    return SharedPage(std::move(descriptor));
}

// A new file is all zeros, which is where the word starts.
SharedPage::SharedPage(FileDescriptor descriptor) : descriptor_(std::move(descriptor)) {
    void* const memory =
        ::mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED, descriptor_.number(), 0);
    if (memory == MAP_FAILED) {
        throw ExecutorError("cannot share memory with a worker: " + system_message(errno));
    }
    word_ = static_cast<RunMarks::Word*>(memory);
}

SharedPage::SharedPage(SharedPage&& other) noexcept
    : descriptor_(std::move(other.descriptor_)), word_(std::exchange(other.word_, nullptr)) {}

SharedPage::~SharedPage() {
    if (word_ != nullptr) ::munmap(word_, size);
}

}  // namespace punctual::detail
