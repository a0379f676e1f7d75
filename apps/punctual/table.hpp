#pragma once
// Text in aligned columns, for people.
//
//     Table table({"job", "next run"});
//     table.add({"backup", "Mon 2025-03-31 02:30:00 +02:00"});
//     table.print(std::cout);

#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

namespace punctual::program {

/// *Thread safety*: none.
class Table {
public:
    /// A row has as many cells as the heading.
    using Row = std::vector<std::string>;

    explicit Table(Row heading);
    /// Adds a row; cells are made safe with `one_line`.
    void add(Row row);
    /// The heading and the rows; the last column is as wide as it happens to be.
    void print(std::ostream& out) const;

private:
    std::vector<Row> rows_;
    std::vector<std::size_t> widths_;
};

/// How many columns UTF-8 text takes on a terminal, where each character takes one.
[[nodiscard]] std::size_t columns_of(std::string_view text);
/// The first line that has something in it, without control characters: what a job wrote must not
/// steer the reader's terminal.
[[nodiscard]] std::string one_line(std::string_view text);

}  // namespace punctual::program
