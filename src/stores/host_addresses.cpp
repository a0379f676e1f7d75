#include "stores/host_addresses.hpp"

#include <punctual/errors.hpp>

#include <fmt/format.h>
#include <netdb.h>
#include <sys/socket.h>
#include <algorithm>
#include <array>
#include <memory>

namespace punctual::detail {

namespace {

using Entries = std::unique_ptr<addrinfo, decltype(&freeaddrinfo)>;

Entries look_up(const std::string& host) {
    addrinfo wanted{};
    wanted.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    const int error = getaddrinfo(host.c_str(), nullptr, &wanted, &found);
    if (error == 0) return {found, freeaddrinfo};
    throw ValueError(fmt::format("the host \"{}\" has no address: {}", host, gai_strerror(error)));
}

}  // namespace

std::vector<std::string> addresses_of_host(const std::string& host) {
    const Entries entries = look_up(host);
    std::vector<std::string> addresses;
    for (const addrinfo* entry = entries.get(); entry != nullptr; entry = entry->ai_next) {
        std::array<char, NI_MAXHOST> text{};
        const int error = getnameinfo(entry->ai_addr, entry->ai_addrlen, text.data(), text.size(),
                                      nullptr, 0, NI_NUMERICHOST);
        // A file of hosts may have an address twice.
        const bool is_new =
            error == 0 && std::ranges::find(addresses, text.data()) == addresses.end();
        if (is_new) addresses.emplace_back(text.data());
    }
    return addresses;
}

}  // namespace punctual::detail
