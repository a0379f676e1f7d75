#pragma once
// A page of memory that two processes see.

#include "executors/file_descriptor.hpp"
#include "executors/run_marks.hpp"

namespace punctual::detail {

/// Holds the word of RunMarks. *Thread safety*: as RunMarks.
class SharedPage {
public:
    /// A new one. *Throws* ExecutorError if the system has no memory or descriptor left.
    [[nodiscard]] static SharedPage make();
    /// The one that `descriptor` of another process's page stands for. *Throws* ExecutorError.
    explicit SharedPage(FileDescriptor descriptor);
    SharedPage(SharedPage&& other) noexcept;
    SharedPage& operator=(SharedPage&&) = delete;
    ~SharedPage();

    /// To hand to the other process.
    [[nodiscard]] int descriptor() const { return descriptor_.number(); }
    void close_descriptor() { descriptor_.close(); }
    [[nodiscard]] RunMarks marks() const { return RunMarks(*word_); }

private:
    FileDescriptor descriptor_;
    RunMarks::Word* word_ = nullptr;
};

}  // namespace punctual::detail
