#include "value/one_line.hpp"

#include <algorithm>
#include <cctype>

namespace punctual::detail {

std::string on_one_line(std::string text) {
    const auto breaks = [](unsigned char c) { return std::iscntrl(c) != 0; };
    while (!text.empty() && breaks(static_cast<unsigned char>(text.back()))) text.pop_back();
    std::ranges::replace_if(text, breaks, ' ');
    return text;
}

}  // namespace punctual::detail
