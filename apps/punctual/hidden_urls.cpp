#include "hidden_urls.hpp"

#include <string_view>

namespace punctual::program {

std::string hide_urls(std::string message, std::span<const char* const> arguments) {
    constexpr std::string_view separator = "://";
    constexpr std::string_view hidden = "…";
    for (const std::string_view argument : arguments) {
        const std::size_t found = argument.find(separator);
        if (found == std::string_view::npos) continue;
        const std::string_view rest = argument.substr(found + separator.size());
        if (rest.empty()) continue;
        for (std::size_t at = message.find(rest); at != std::string::npos;
             at = message.find(rest, at + hidden.size())) {
            message.replace(at, rest.size(), hidden);
        }
    }
    return message;
}

}  // namespace punctual::program
