#include "tasks/thread_mark.hpp"

namespace punctual::detail {
namespace {

thread_local const void* (*fiber_lookup)() = nullptr;

}  // namespace

const void* current_fiber() noexcept {
    return fiber_lookup == nullptr ? nullptr : fiber_lookup();
}

void set_fiber_lookup(const void* (*look)()) noexcept {
    fiber_lookup = look;
}

}  // namespace punctual::detail
