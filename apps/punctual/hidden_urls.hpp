#pragma once
// What the program says of its command line, without what a URL there may hold.

#include <span>
#include <string>

namespace punctual::program {

/// `message` with "…" for whatever follows "://" in one of the arguments: a URL may hold a
/// password, and standard error is often kept in a log.
[[nodiscard]] std::string hide_urls(std::string message, std::span<const char* const> arguments);

}  // namespace punctual::program
