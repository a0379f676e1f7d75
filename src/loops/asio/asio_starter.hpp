#pragma once
// How runs begin in an io_context.

#include "loops/run_starter.hpp"

namespace boost::asio {
class io_context;
}

namespace punctual::detail {

class AsioStarter final : public RunStarter {
public:
    AsioStarter(boost::asio::io_context& context, std::size_t most_runs)
        : context_(context), most_runs_(most_runs) {}
    [[nodiscard]] bool start(RunTicket& ticket, LoopExecutor& executor) noexcept override;
    [[nodiscard]] bool takes(const CoroutineType& type) const override;
    [[nodiscard]] std::size_t most_at_once() const override { return most_runs_; }

private:
    boost::asio::io_context& context_;
    const std::size_t most_runs_;
};

}  // namespace punctual::detail
