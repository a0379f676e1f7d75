#pragma once
// What the help of every command has in common.

#include <string>

namespace punctual::program {

/// The last lines of a command's help; `bad_input` says what makes it end with 2.
[[nodiscard]] inline std::string exit_codes_help(const std::string& bad_input) {
    return "Exit codes: 0 done, 1 a failure at run time, 2 bad input: a wrong command line or " +
           bad_input + ".";
}

}  // namespace punctual::program
