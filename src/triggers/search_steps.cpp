#include "triggers/search_steps.hpp"

#include <punctual/errors.hpp>

#include <fmt/format.h>

#include <optional>

namespace punctual::detail {

namespace {

constexpr int most_steps = 100'000;

// What the search that runs on this thread has left; nothing where none runs.
thread_local std::optional<int> steps_left;

}  // namespace

SearchSteps::SearchSteps(std::string_view type) : type_(type), is_outermost_(!steps_left) {
    if (is_outermost_) steps_left = most_steps;
}

SearchSteps::~SearchSteps() {
    if (is_outermost_) steps_left.reset();
}

void SearchSteps::take() {
    if (*steps_left == 0) {
        throw SearchLimitError(fmt::format(
            "SearchLimit: {}: no answer after {} steps; whether another instant exists is open",
            type_, most_steps));
    }
    --*steps_left;
}

}  // namespace punctual::detail
