#pragma once
// What the limits of the process pool are measured with: this program as a child that does nothing
// but answer.

#include <optional>

/// In such a child: does its work, and returns the code for `main`.
[[nodiscard]] std::optional<int> bare_child(int argc, char** argv);
