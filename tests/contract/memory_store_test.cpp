#include <punctual/testing/store_contract.hpp>

namespace {

class MemoryHost {
public:
    static constexpr bool keeps_jobs = false;
    std::shared_ptr<punctual::JobStore> connect() { return punctual::make_memory_store(); }
};

}  // namespace

PUNCTUAL_STORE_CONTRACT(Memory, MemoryHost);
