#include "stores/scheduler_owner.hpp"

#include <fmt/format.h>
#include <unistd.h>
#include <array>
#include <fstream>
#include <iterator>
#include <random>
#include <vector>

namespace punctual::detail {

namespace {

std::string read_line(const std::string& path) {
    std::ifstream file(path);
    std::string line;
    std::getline(file, line);
    return line;
}

std::string host_name() {
    std::array<char, 256> name{};
    if (gethostname(name.data(), name.size() - 1) != 0) return "unknown";
    return name.data();
}

/// Where a process number means something: this boot of the machine, and a container's own numbers.
std::string process_numbers_of() {
    std::array<char, 64> name{};
    const ssize_t size = readlink("/proc/self/ns/pid", name.data(), name.size());
    std::string text(name.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
    return read_line("/proc/sys/kernel/random/boot_id") + text;
}

/// When the process began, since numbers of processes are used again; empty if there is none.
std::string start_of(std::string_view process) {
    const std::string line = read_line(fmt::format("/proc/{}/stat", process));
    // The second field is a name in parentheses, which may have spaces; the start is the 22nd.
    std::size_t at = line.rfind(')');
    // A process that has died and that its parent has not asked after yet.
    if (at != std::string::npos && line.substr(at).starts_with(") Z")) return {};
    for (int field = 2; field < 22 && at != std::string::npos; ++field) at = line.find(' ', at + 1);
    if (at == std::string::npos) return {};
    return line.substr(at + 1, line.find(' ', at + 1) - at - 1);
}

std::vector<std::string_view> split(std::string_view owner) {
    std::vector<std::string_view> parts;
    while (!owner.empty()) {
        parts.push_back(owner.substr(0, owner.find('/')));
        owner.remove_prefix(std::min(owner.size(), parts.back().size() + 1));
    }
    parts.resize(5);
    return parts;
}

}  // namespace

std::string make_scheduler_owner() {
    std::random_device random;
    const std::string process = std::to_string(getpid());
    return fmt::format("{}/{}/{}/{}/{:08x}{:08x}", host_name(), process, start_of(process),
                       process_numbers_of(), random(), random());
}

std::string describe_scheduler_owner(std::string_view owner) {
    const auto parts = split(owner);
    return fmt::format("process {} on {}", parts[1], parts[0]);
}

bool has_ended(std::string_view owner) {
    const auto parts = split(owner);
    const std::string_view start = parts[2];
    return !start.empty() && parts[3] == process_numbers_of() && start_of(parts[1]) != start;
}

}  // namespace punctual::detail
