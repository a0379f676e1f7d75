#pragma once
// The mistakes of a file, collected while it is read, so that one look mends them all.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace punctual::detail {
struct TomlDocument;
}

namespace punctual::program {

/// What is wrong, and where.
struct Mistake {
    std::size_t line;
    /// One line, which begins with the path of the key.
    std::string message;
};

/// *Lifetime*: the document outlives it.
class Mistakes {
public:
    explicit Mistakes(const detail::TomlDocument& document) : document_(document) {}

    /// `message` goes on after the path: " is 5; text is needed".
    void add(std::string_view path, std::string_view message);
    /// In the order of the file.
    [[nodiscard]] std::vector<Mistake> take() &&;

private:
    const detail::TomlDocument& document_;
    std::vector<Mistake> found_;
};

}  // namespace punctual::program
