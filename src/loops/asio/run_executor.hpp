#pragma once
// What runs the code of a coroutine that is a run: another executor, with the mark that the thread
// is inside of that run. So a coroutine that shuts its scheduler down does not wait for itself.

#include <boost/asio/prefer.hpp>
#include <boost/asio/query.hpp>
#include <boost/asio/require.hpp>

#include <utility>

#include "tasks/run_slot.hpp"

namespace punctual::detail {

/// An executor in the sense of Asio.
template <class Inner>
class RunExecutor {
public:
    /// `sink`: nobody calls it, so this may outlive it, in a socket that the job leaves behind.
    RunExecutor(Inner inner, const RunSink* sink) : inner_(std::move(inner)), sink_(sink) {}

    template <class Property>
    requires(boost::asio::can_require_v<const Inner&, Property>)
        [[nodiscard]] auto require(const Property& property) const {
        auto inner = boost::asio::require(inner_, property);
        return RunExecutor<decltype(inner)>(std::move(inner), sink_);
    }
    template <class Property>
    requires(boost::asio::can_query_v<const Inner&, Property>) [[nodiscard]] decltype(auto)
        query(const Property& property) const {
        return boost::asio::query(inner_, property);
    }
    template <class Function>
    void execute(Function&& function) const {
        inner_.execute([sink = sink_,
                        call = std::decay_t<Function>(std::forward<Function>(function))]() mutable {
            const ExecutingGuard guard(sink);
            std::move(call)();
        });
    }
    friend bool operator==(const RunExecutor& a, const RunExecutor& b) noexcept {
        return a.inner_ == b.inner_ && a.sink_ == b.sink_;
    }
    friend bool operator!=(const RunExecutor& a, const RunExecutor& b) noexcept {
        return !(a == b);
    }

private:
    Inner inner_;
    const RunSink* sink_;
};

}  // namespace punctual::detail
