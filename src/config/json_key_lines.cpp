#include "config/json_key_lines.hpp"

#include <punctual/value.hpp>

#include <algorithm>
#include <utility>

namespace punctual::detail {

namespace {

/// Walks over text that is known to be well formed.
class KeyWalker {
public:
    explicit KeyWalker(std::string_view text) : text_(text) {}

    std::map<std::string, std::size_t, std::less<>> walk() {
        walk_value("");
        return std::move(lines_);
    }

private:
    void walk_value(const std::string& path) {
        skip_space();
        switch (text_[at_]) {
            case '{':
                walk_object(path);
                break;
            case '[':
                walk_array(path);
                break;
            case '"':
                skip_text();
                break;
            default:
                at_ = std::min(text_.find_first_of(",]} \t\r\n", at_), text_.size());
        }
    }

    void walk_object(const std::string& path) {
        while (enter_next('}')) {
            const std::size_t begin = at_;
            skip_text();
            const std::string key = Value::from_json(text_.substr(begin, at_ - begin)).as_text();
            const std::string key_path = path.empty() ? key : path + '.' + key;
            lines_.emplace(key_path, line_);
            skip_space();
            ++at_;  // the colon
            walk_value(key_path);
        }
    }

    void walk_array(const std::string& path) {
        while (enter_next(']')) walk_value(path);
    }

    /// Moves past a bracket or comma to the next member; past `close` and false at the end.
    bool enter_next(char close) {
        skip_space();
        if (text_[at_] != close) ++at_;
        skip_space();
        if (text_[at_] != close) return true;
        ++at_;
        return false;
    }

    void skip_text() {
        for (++at_; text_[at_] != '"'; ++at_) {
            if (text_[at_] == '\\') ++at_;
        }
        ++at_;
    }

    void skip_space() {
        for (; at_ < text_.size() && is_space(text_[at_]); ++at_) {
            if (text_[at_] == '\n') ++line_;
        }
    }

    static bool is_space(char letter) {
        return letter == ' ' || letter == '\t' || letter == '\r' || letter == '\n';
    }

    std::string_view text_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
    std::map<std::string, std::size_t, std::less<>> lines_;
};

}  // namespace

std::map<std::string, std::size_t, std::less<>> json_key_lines(std::string_view text) {
    return KeyWalker(text).walk();
}

}  // namespace punctual::detail
