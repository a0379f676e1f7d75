#pragma once
// Things of libmongoc that somebody has to destroy.

#include <memory>

namespace punctual::detail {

template <auto destroy>
struct DestroyBy {
    template <class Thing>
    void operator()(Thing* thing) const {
        destroy(thing);
    }
};

template <class Thing, auto destroy>
using Owned = std::unique_ptr<Thing, DestroyBy<destroy>>;

}  // namespace punctual::detail
