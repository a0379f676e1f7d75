#include "contract/failing_vfs.hpp"

#include <sqlite3.h>
#include <atomic>
#include <map>
#include <mutex>

namespace punctual::contract {

namespace {

constexpr int never_fails = 1 << 30;

std::atomic<int> operations_left = never_fails;
std::atomic<int> failure_code = SQLITE_OK;

sqlite3_vfs* real_vfs = nullptr;
sqlite3_vfs failing_vfs;
// The system's VFS has several tables of functions, which differ in how they lock; they share
// these.
decltype(sqlite3_io_methods::xWrite) real_write = nullptr;
decltype(sqlite3_io_methods::xSync) real_sync = nullptr;

std::mutex tables_mutex;
std::map<const sqlite3_io_methods*, sqlite3_io_methods> failing_tables;

bool fails() {
    if (operations_left.load() == never_fails || --operations_left >= 0) return false;
    ++operations_left;
    return true;
}

int write_or_fail(sqlite3_file* file, const void* bytes, int count, sqlite3_int64 offset) {
    return fails() ? failure_code.load() : real_write(file, bytes, count, offset);
}

int sync_or_fail(sqlite3_file* file, int flags) {
    return fails() ? failure_code.load() : real_sync(file, flags);
}

int open_file(sqlite3_vfs*, sqlite3_filename name, sqlite3_file* file, int flags, int* out_flags) {
    const int code = real_vfs->xOpen(real_vfs, name, file, flags, out_flags);
    if (code != SQLITE_OK) return code;
    const std::lock_guard lock(tables_mutex);
    const auto [table, is_new] = failing_tables.try_emplace(file->pMethods, *file->pMethods);
    if (is_new) {
        real_write = table->second.xWrite;
        real_sync = table->second.xSync;
        table->second.xWrite = write_or_fail;
        table->second.xSync = sync_or_fail;
    }
    file->pMethods = &table->second;
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
    failure_code = code;
    operations_left = n - 1;
}

void FailingVfs::recover() {
    operations_left = never_fails;
}

}  // namespace punctual::contract
