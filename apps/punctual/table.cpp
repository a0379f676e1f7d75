#include "table.hpp"

#include <algorithm>
#include <ostream>
#include <utility>

namespace punctual::program {

namespace {

constexpr std::string_view gap = "  ";

bool is_control(char letter) {
    const auto byte = static_cast<unsigned char>(letter);
    return byte < 0x20 || byte == 0x7f;
}

}  // namespace

Table::Table(Row heading) : widths_(heading.size()) {
    add(std::move(heading));
}

void Table::add(Row row) {
    row.resize(widths_.size());
    for (std::size_t column = 0; column < row.size(); ++column) {
        row[column] = one_line(row[column]);
        widths_[column] = std::max(widths_[column], columns_of(row[column]));
    }
    rows_.push_back(std::move(row));
}

void Table::print(std::ostream& out) const {
    for (const Row& row : rows_) {
        std::string line;
        for (std::size_t column = 0; column < row.size(); ++column) {
            line += row[column];
            line.append(widths_[column] - columns_of(row[column]), ' ').append(gap);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        out << line << '\n';
    }
}

std::size_t columns_of(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0U) != 0x80U; }));
}

std::string one_line(std::string_view text) {
    const auto begin = std::ranges::find_if_not(
        text, [](char letter) { return is_control(letter) || letter == ' '; });
    text.remove_prefix(static_cast<std::size_t>(begin - text.begin()));
    std::string line(text.substr(0, text.find_first_of("\r\n")));
    std::ranges::replace_if(line, is_control, ' ');
    return line;
}

}  // namespace punctual::program
