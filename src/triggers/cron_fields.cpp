#include "triggers/cron_fields.hpp"

#include <algorithm>
#include <bit>
#include <cstddef>

namespace punctual::detail {

namespace {

constexpr std::int32_t bits = 64;
constexpr std::size_t word_count = (cron_last_year - cron_first_year) / bits + 1;

std::size_t word_of(std::int32_t year) {
    return static_cast<std::size_t>((year - cron_first_year) / bits);
}
int bit_of(std::int32_t year) {
    return (year - cron_first_year) % bits;
}
std::int32_t year_at(std::size_t word, int bit) {
    return cron_first_year + static_cast<std::int32_t>(word) * bits + bit;
}

}  // namespace

void CronYears::add(std::int32_t first, std::int32_t last, std::int32_t step) {
    words_.resize(word_count);
    for (std::int32_t year = first; year <= last; year += step) {
        words_[word_of(year)] |= std::uint64_t{1} << bit_of(year);
    }
}

bool CronYears::has(std::int32_t year) const {
    return ((words_[word_of(year)] >> bit_of(year)) & 1) != 0;
}

std::int32_t CronYears::search_from(std::int32_t year) const {
    std::size_t word = word_of(year);
    std::uint64_t rest = words_[word] & (~std::uint64_t{0} << bit_of(year));
    while (rest == 0) {
        if (++word == word_count) return cron_last_year + 1;
        rest = words_[word];
    }
    return year_at(word, std::countr_zero(rest));
}

std::int32_t CronYears::previous(std::int32_t year) const {
    year = std::min(year, cron_last_year);
    if (words_.empty() || year < cron_first_year) return year;
    std::size_t word = word_of(year);
    std::uint64_t rest = words_[word] & (~std::uint64_t{0} >> (bits - 1 - bit_of(year)));
    while (rest == 0) {
        if (word-- == 0) return cron_first_year - 1;
        rest = words_[word];
    }
    return year_at(word, bits - 1 - std::countl_zero(rest));
}

}  // namespace punctual::detail
