#pragma once
// The bound on searches that triggers made of triggers do.
//
//     SearchSteps steps("and");
//     while (…) steps.take();

#include <string_view>

namespace punctual::detail {

/// The work of one search through children. Searches inside it, of children that search through
/// theirs, draw on the same 100,000 steps: together they stay bounded.
class SearchSteps {
public:
    explicit SearchSteps(std::string_view type);
    ~SearchSteps();
    SearchSteps(const SearchSteps&) = delete;
    SearchSteps& operator=(const SearchSteps&) = delete;

    /// *Throws* SearchLimitError when none is left.
    void take();

private:
    std::string_view type_;
    bool is_outermost_;
};

}  // namespace punctual::detail
