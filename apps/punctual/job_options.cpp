#include "job_options.hpp"

namespace punctual::program {

std::optional<OnLost> read_on_lost(TableReader& table) {
    const Value* value = table.find("on_lost");
    if (value == nullptr) return std::nullopt;
    if (*value == Value("record")) return OnLost::record;
    if (*value == Value("rerun")) return OnLost::rerun;
    table.note("on_lost", *value, "\"record\" or \"rerun\" is needed");
    return std::nullopt;
}

}  // namespace punctual::program
