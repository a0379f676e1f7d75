#pragma once
// The built-in task "command": what its stored arguments mean.

#include <punctual/executors/command.hpp>

#include <string>
#include <vector>

namespace punctual::detail {

/// What is run: stored as text for the shell, as an array for a program with arguments.
struct CommandLine {
    enum class Kind : std::uint8_t { shell, program };
    Kind kind = Kind::program;
    /// For the shell, one: the line.
    std::vector<std::string> words;
};

/// The name of the task.
inline constexpr const char* command_task_name = "command";

/// The parts of a call of the task. *Throws* SerializationError or ValueError if they are none.
struct Command {
    CommandLine line;
    CommandOptions options;
};
[[nodiscard]] Command command_of(const Call& call);

/// Makes a static link keep the object that registers the task: a stored job finds it by name only.
void link_command_task();

}  // namespace punctual::detail

template <>
struct punctual::Codec<punctual::detail::CommandLine> {
    static Value encode(const detail::CommandLine& line);
    static detail::CommandLine decode(const Value& value);
};
