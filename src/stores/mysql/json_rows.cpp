#include "stores/mysql/json_rows.hpp"

#include <fmt/format.h>

#include <iterator>

namespace punctual::detail {

namespace {

void append(std::string& text, const std::optional<std::int64_t>& value) {
    value ? static_cast<void>(fmt::format_to(std::back_inserter(text), "{}", *value))
          : static_cast<void>(text.append("null"));
}

void append(std::string& text, const std::optional<std::string_view>& value) {
    if (!value) {
        text += "null";
        return;
    }
    constexpr std::string_view digits = "0123456789ABCDEF";
    text += '"';
    for (const char character : *value) {
        const auto byte = static_cast<unsigned char>(character);
        text += digits[byte >> 4];
        text += digits[byte & 15];
    }
    text += '"';
}

}  // namespace

MysqlJsonRows::MysqlJsonRows(const SqlParameters& parameters) {
    for (const SqlParameter& parameter : parameters) add(parameter);
}

MysqlJsonRows::MysqlJsonRows(const SqlParameters& parameters, std::size_t only) {
    add(parameters.at(only));
}

void MysqlJsonRows::add(const SqlParameter& parameter) {
    const auto* const* integers = std::get_if<const SqlIntegers*>(&parameter);
    const auto* const* texts = std::get_if<const SqlTexts*>(&parameter);
    if (integers == nullptr && texts == nullptr) return;
    integers_.push_back(integers == nullptr ? nullptr : *integers);
    texts_.push_back(texts == nullptr ? nullptr : *texts);
    size_ = integers == nullptr ? (*texts)->size() : (*integers)->size();
}

void MysqlJsonRows::next(std::string& text, std::size_t limit) {
    text = "[";
    for (bool is_first = true; row_ < size_; ++row_, is_first = false) {
        const std::size_t before = text.size();
        text += is_first ? "[" : ",[";
        for (std::size_t i = 0; i < integers_.size(); ++i) {
            if (i > 0) text += ',';
            integers_[i] != nullptr ? append(text, integers_[i]->values()[row_])
                                    : append(text, texts_[i]->values()[row_]);
        }
        text += ']';
        if (!is_first && text.size() >= limit) {
            text.resize(before);
            break;
        }
    }
    text += ']';
}

}  // namespace punctual::detail
