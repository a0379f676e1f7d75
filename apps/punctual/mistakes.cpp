#include "mistakes.hpp"

#include <algorithm>
#include <utility>

#include "config/toml_document.hpp"

namespace punctual::program {

void Mistakes::add(std::string_view path, std::string_view message) {
    found_.push_back({document_.line_of(path), std::string(path).append(message)});
}

std::vector<Mistake> Mistakes::take() && {
    std::ranges::stable_sort(found_, {}, &Mistake::line);
    return std::move(found_);
}

}  // namespace punctual::program
