#pragma once
// The addresses of hosts, for clients that try only one of them, or wait for one without end.

#include <string>
#include <vector>

namespace punctual::detail {

/// As `addresses_of_host`: tests have names of their own.
using HostResolver = std::vector<std::string> (*)(const std::string& host);

/// In the order in which they are to be tried, as text; that of an address is itself. *Throws*
/// ValueError, which names the host, if there is none.
[[nodiscard]] std::vector<std::string> addresses_of_host(const std::string& host);

}  // namespace punctual::detail
