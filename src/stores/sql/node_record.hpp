#pragma once
// Who has a store, put down beside its tables for people who look. The lock of the store holds
// without it.

#include <punctual/errors.hpp>

#include <string>
#include <string_view>

#include "log/log.hpp"
#include "stores/scheduler_owner.hpp"

namespace punctual::detail {

/// Calls `record`; that it is refused is no reason not to run jobs. *Throws* StoreUnavailableError.
template <class Record>
void record_node(std::string_view store, Record record) {
    try {
        record();
    } catch (const StoreUnavailableError&) {
        throw;
    } catch (const StoreError& error) {
        log_warning(std::string(store) +
                    ": which scheduler has it is not on record: " + error.what());
    }
}

/// "process 123 on host, " for a list, of the owner that `find` gives; empty if there is none to be
/// had.
template <class Find>
[[nodiscard]] std::string describe_node(Find find) {
    try {
        const std::string owner = find();
        return owner.empty() ? std::string() : describe_scheduler_owner(owner) + ", ";
    } catch (const StoreError&) {
        return {};
    }
}

}  // namespace punctual::detail
