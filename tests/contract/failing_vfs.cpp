#include "contract/failing_vfs.hpp"

#include <sqlite3.h>
#include <atomic>

namespace punctual::contract {

namespace {

constexpr int never_fails = 1 << 30;

std::atomic<int> operations_left = never_fails;
std::atomic<int> failure_code = SQLITE_OK;
std::atomic<bool> has_failed = false;

sqlite3_vfs* real_vfs = nullptr;
sqlite3_vfs failing_vfs;
// The system's VFS has one table of functions for all files of a file system with POSIX locks.
const sqlite3_io_methods* real_methods = nullptr;
sqlite3_io_methods failing_methods;

bool fails() {
    if (operations_left.load() == never_fails || --operations_left >= 0) return false;
    ++operations_left;
    has_failed = true;
    return true;
}

int write_or_fail(sqlite3_file* file, const void* bytes, int count, sqlite3_int64 offset) {
    return fails() ? failure_code.load() : real_methods->xWrite(file, bytes, count, offset);
}

int sync_or_fail(sqlite3_file* file, int flags) {
    return fails() ? failure_code.load() : real_methods->xSync(file, flags);
}

int open_file(sqlite3_vfs*, sqlite3_filename name, sqlite3_file* file, int flags, int* out_flags) {
    const int code = real_vfs->xOpen(real_vfs, name, file, flags, out_flags);
    if (code != SQLITE_OK) return code;
    if (real_methods == nullptr) {
        real_methods = file->pMethods;
        failing_methods = *real_methods;
        failing_methods.xWrite = write_or_fail;
        failing_methods.xSync = sync_or_fail;
    }
    if (file->pMethods == real_methods) file->pMethods = &failing_methods;
    return SQLITE_OK;
}

}  // namespace

FailingVfs::FailingVfs() {
    real_vfs = sqlite3_vfs_find(nullptr);
    failing_vfs = *real_vfs;
    failing_vfs.zName = "punctual-failing";
    failing_vfs.xOpen = open_file;
    sqlite3_vfs_register(&failing_vfs, 1);
}

FailingVfs::~FailingVfs() {
    recover();
    sqlite3_vfs_unregister(&failing_vfs);
    sqlite3_vfs_register(real_vfs, 1);
}

void FailingVfs::fail_from(int n, int code) {
    has_failed = false;
    failure_code = code;
    operations_left = n - 1;
}

bool FailingVfs::recover() {
    operations_left = never_fails;
    return has_failed;
}

}  // namespace punctual::contract
