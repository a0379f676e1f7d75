#include "stores/percent_codes.hpp"

#include <punctual/errors.hpp>

#include <fmt/format.h>
#include <charconv>

namespace punctual::detail {

std::string decode_percent_codes(std::string_view text) {
    std::string decoded;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] != '%') {
            decoded += text[i];
            continue;
        }
        const std::string_view digits = text.substr(i + 1, 2);
        unsigned byte = 0;
        const auto [end, error] =
            std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
        if (digits.size() != 2 || error != std::errc() || end != digits.data() + 2 || byte == 0) {
            throw ValueError(fmt::format("has a \"%{}\" that is no percent code", digits));
        }
        decoded += static_cast<char>(byte);
        i += 2;
    }
    return decoded;
}

std::string encode_percent_codes(std::string_view text, std::string_view plain) {
    std::string encoded;
    for (const char byte : text) {
        const bool is_plain = (byte >= '0' && byte <= '9') || (byte >= 'a' && byte <= 'z') ||
                              (byte >= 'A' && byte <= 'Z') ||
                              plain.find(byte) != std::string_view::npos;
        encoded += is_plain ? std::string(1, byte)
                            : fmt::format("%{:02X}", static_cast<unsigned char>(byte));
    }
    return encoded;
}

}  // namespace punctual::detail
