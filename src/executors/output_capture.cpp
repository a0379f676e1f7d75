#include "executors/output_capture.hpp"

#include <algorithm>

namespace punctual::detail {

namespace {

bool continues_character(char byte) {
    return (static_cast<unsigned char>(byte) & 0xC0U) == 0x80U;
}

// A character of UTF-8 has at most three bytes that continue it; more are no UTF-8 anyway.
constexpr std::size_t longest_continuation = 3;

std::string_view without_broken_start(std::string_view text) {
    std::size_t broken = 0;
    while (broken < std::min(text.size(), longest_continuation) &&
           continues_character(text[broken])) {
        ++broken;
    }
    return text.substr(broken);
}

std::size_t length_of_character(char lead) {
    const auto byte = static_cast<unsigned char>(lead);
    if (byte >= 0xF0U) return 4;
    if (byte >= 0xE0U) return 3;
    return byte >= 0xC0U ? 2 : 1;
}

std::string_view without_broken_end(std::string_view text) {
    for (std::size_t back = 1; back <= std::min(text.size(), longest_continuation); ++back) {
        const char byte = text[text.size() - back];
        if (continues_character(byte)) continue;
        return length_of_character(byte) > back ? text.substr(0, text.size() - back) : text;
    }
    return text;
}

}  // namespace

void OutputCapture::append(std::string_view text) {
    total_ += text.size();
    const std::size_t to_first = std::min(text.size(), first_limit_ - first_.size());
    first_.append(text.substr(0, to_first));
    last_.append(text.substr(to_first));
    if (last_.size() / 2 > last_limit_) last_.erase(0, last_.size() - last_limit_);
}

std::string OutputCapture::text() const {
    if (total_ <= first_limit_ + last_limit_) return first_ + last_;
    const std::string_view first = without_broken_end(first_);
    const std::string_view last =
        without_broken_start(std::string_view(last_).substr(last_.size() - last_limit_));
    std::string text(first);
    if (!text.empty() && text.back() != '\n') text += '\n';
    text += "… " + std::to_string(total_ - first.size() - last.size()) + " bytes left out …\n";
    text += last;
    return text;
}

}  // namespace punctual::detail
