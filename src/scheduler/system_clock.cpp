#include <punctual/clock.hpp>

namespace punctual {
namespace {

class SystemClock final : public Clock {
public:
    [[nodiscard]] Instant now() noexcept override {
        return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
    }
};

}  // namespace

std::shared_ptr<Clock> system_clock() {
    static const auto clock = std::make_shared<SystemClock>();
    return clock;
}

}  // namespace punctual
