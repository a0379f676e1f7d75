#include "stores/leased_store.hpp"

#include <fmt/format.h>

#include "log/log.hpp"

namespace punctual::detail {

void throw_in_use(std::string_view store, std::string_view owner, std::int64_t milliseconds) {
    throw StoreError(fmt::format(
        "{} is in use by another scheduler ({}); if that one has died, its lease ends in {}s",
        store, describe_scheduler_owner(owner), (milliseconds + 999) / 1000));
}

void throw_taken_over(std::string_view store) {
    throw StoreError(
        fmt::format("{} was taken over by another scheduler, because this one was not heard of "
                    "for longer than its lease",
                    store));
}

void throw_emptied(std::string_view store, std::string_view what) {
    throw StoreError(
        fmt::format("{} was emptied since it was opened: the server was restarted without what it "
                    "had, or someone removed the {}",
                    store, what));
}

void LeaseTrouble::set(const std::string& trouble) {
    const std::lock_guard lock(mutex_);
    if (trouble == trouble_) return;
    trouble_ = trouble;
    if (!trouble.empty()) log_error(trouble);
}

void LeaseTrouble::check() const {
    const std::lock_guard lock(mutex_);
    if (!trouble_.empty()) throw StoreError(trouble_);
}

}  // namespace punctual::detail
