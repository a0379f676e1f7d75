#include "config/executor_settings.hpp"

#include <array>

#include "config/part_type.hpp"

namespace punctual::detail {

namespace {

constexpr std::array<PartClass, 3> classes = {{
    {"apscheduler.executors.pool:ThreadPoolExecutor", "threadpool"},
    {"apscheduler.executors.pool:ProcessPoolExecutor", "processpool"},
    {"apscheduler.executors.debug:DebugExecutor", "debug"},
}};

ExecutorSpec read_spec(SettingsReader& reader) {
    const std::string type = read_part_type(reader, classes).value_or("threadpool");
    if (type == "inline" || type == "debug") return inline_executor();
    int workers = 0;
    reader.read_whole("max_workers", workers, 1);
    if (type == "threadpool") return workers > 0 ? thread_pool(workers) : thread_pool();
    if (type == "commands") return workers > 0 ? command_executor(workers) : command_executor();
    const char* key = reader.find("class") != nullptr ? "class" : "type";
    if (type == "processpool") {
        throw SettingsError(reader.path_of(key),
                            reader.path_of(key) +
                                " asks for a pool of processes, which no component of this version "
                                "brings; use \"threadpool\", or \"commands\" for programs");
    }
    reader.fail(key, type, "\"threadpool\", \"commands\" or \"inline\"");
}

}  // namespace

ExecutorSpec read_executor(SettingsReader& reader) {
    ExecutorSpec spec = read_spec(reader);
    reader.finish();
    return spec;
}

}  // namespace punctual::detail
