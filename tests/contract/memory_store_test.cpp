#include <punctual/testing/store_contract.hpp>

#include "contract/support/many_jobs.hpp"

namespace {

class MemoryHost {
public:
    static constexpr bool keeps_jobs = false;
    static constexpr int many_jobs = punctual::contract::a_million_jobs;
    std::shared_ptr<punctual::JobStore> connect() { return punctual::make_memory_store(); }
};

}  // namespace

PUNCTUAL_STORE_CONTRACT(Memory, MemoryHost);
