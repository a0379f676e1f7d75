#pragma once
// Makes the disk fail under SQLite, at a write or a sync of the test's choice.

namespace punctual::contract {

/// While it lives, all files that SQLite opens anew can fail. One at a time.
class FailingVfs {
public:
    FailingVfs();
    ~FailingVfs();
    FailingVfs(const FailingVfs&) = delete;
    FailingVfs& operator=(const FailingVfs&) = delete;

    /// From the `n`-th write or sync on, counted from now, each fails: with SQLite's code `code`.
    void fail_from(int n, int code);
    /// The disk is well again.
    void recover();
};

}  // namespace punctual::contract
