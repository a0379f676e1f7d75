#include "log/log.hpp"

#include <memory>

#include <spdlog/spdlog.h>

namespace punctual::detail {
namespace {

void log(spdlog::level::level_enum level, std::string_view message) {
    std::shared_ptr<spdlog::logger> logger = spdlog::get("punctual");
    if (logger == nullptr) logger = spdlog::default_logger();
    if (logger != nullptr) logger->log(level, "punctual: {}", message);
}

}  // namespace

void log_info(std::string_view message) {
    log(spdlog::level::info, message);
}
void log_warning(std::string_view message) {
    log(spdlog::level::warn, message);
}
void log_error(std::string_view message) {
    log(spdlog::level::err, message);
}

}  // namespace punctual::detail
