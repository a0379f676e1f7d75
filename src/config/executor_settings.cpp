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

ExecutorSpec read_process_pool(SettingsReader& reader, int workers) {
    ProcessPoolOptions options;
    reader.read_whole("max_runs_per_worker", options.max_runs_per_worker, 0);
    reader.read_whole("max_memory", options.max_memory, 0);
    reader.read_whole("memory_limit", options.memory_limit, 0);
    reader.read_duration("cpu_limit", options.cpu_limit);
    reader.read_duration("kill_after", options.kill_after);
    reader.read_duration("start_timeout", options.start_timeout);
    return process_pool(workers > 0 ? workers : processor_count(), options);
}

ExecutorSpec read_spec(SettingsReader& reader) {
    const std::string type = read_part_type(reader, classes).value_or("threadpool");
    if (type == "inline" || type == "debug") return inline_executor();
    int workers = 0;
    reader.read_whole("max_workers", workers, 1);
    if (type == "threadpool") return workers > 0 ? thread_pool(workers) : thread_pool();
    if (type == "commands") return workers > 0 ? command_executor(workers) : command_executor();
    if (type == "processpool") return read_process_pool(reader, workers);
    const char* key = reader.find("class") != nullptr ? "class" : "type";
    reader.fail(key, type, "\"threadpool\", \"processpool\", \"commands\" or \"inline\"");
}

}  // namespace

ExecutorSpec read_executor(SettingsReader& reader) {
    ExecutorSpec spec = read_spec(reader);
    reader.finish();
    return spec;
}

}  // namespace punctual::detail
