#include "engine/refused_record.hpp"

#include <algorithm>
#include <string>

namespace punctual::detail {
namespace {

// Of what the store says about it.
constexpr std::size_t longest_refusal = 500;

/// The beginning of a text, without a part of a character of UTF-8 at its end.
std::string_view beginning(std::string_view text, std::size_t length) {
    if (text.size() <= length) return text;
    while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80U) --length;
    return text.substr(0, length);
}

/// The parts of a record that are left out, as its reason names them.
class LeftOut {
public:
    explicit LeftOut(std::size_t kept) : kept_(kept) {}

    /// Whether a part so long is left out.
    bool take(std::string_view name, std::size_t bytes) {
        if (bytes <= kept_) return false;
        text_ += text_.empty() ? "its " : ", its ";
        text_ += name;
        text_ += " (" + std::to_string(bytes) + " bytes)";
        return true;
    }
    [[nodiscard]] const std::string& text() const { return text_; }

private:
    std::size_t kept_;
    std::string text_;
};

}  // namespace

std::optional<Settlement> shortened(const Settlement& settlement, std::size_t kept,
                                    std::string_view refusal) {
    Settlement rest = settlement;
    LeftOut left_out(kept);
    if (left_out.take("output", rest.output.size())) rest.output.clear();
    const std::size_t result = rest.result.is_null() ? 0 : rest.result.to_json().size();
    if (left_out.take("result", result)) rest.result = {};
    const std::size_t progress = rest.progress ? rest.progress->text.size() : 0;
    if (left_out.take("progress", progress)) rest.progress.reset();
    if (left_out.take("whole reason", rest.reason.size())) {
        rest.reason = beginning(settlement.reason, kept);
        if (!rest.reason.empty()) rest.reason += "…";
    }
    if (left_out.text().empty()) return std::nullopt;
    std::string missing = "not on record: " + left_out.text() + ": ";
    missing += beginning(refusal, longest_refusal);
    rest.reason = rest.reason.empty() ? missing : rest.reason + " (" + missing + ")";
    return rest;
}

}  // namespace punctual::detail
