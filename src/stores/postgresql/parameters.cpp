#include "stores/postgresql/parameters.hpp"

#include <algorithm>
#include <climits>

namespace punctual::detail {

namespace {

// From the catalog of types, which gives the built-in ones fixed numbers.
constexpr std::int32_t oid_of_bytea = 17;
constexpr std::int32_t oid_of_int8 = 20;
constexpr std::int32_t oid_of_text = 25;

// A message to the server, and a field in it, has fewer than 2 to the 30 bytes.
constexpr std::size_t longest_parameter = (1U << 30) - 1024;

template <class Unsigned>
void append(std::string& buffer, Unsigned value) {
    char bytes[sizeof(Unsigned)];
    for (std::size_t i = 0; i < sizeof(Unsigned); ++i) {
        bytes[i] = static_cast<char>(value >> (8 * (sizeof(Unsigned) - 1 - i)));
    }
    buffer.append(bytes, sizeof(Unsigned));
}

void append32(std::string& buffer, std::size_t value) {
    append(buffer, static_cast<std::uint32_t>(value));
}

// Dimensions, whether there are nulls, type; length and first index of the only dimension.
template <class Values>
void append_header(std::string& buffer, const Values& values, std::int32_t type) {
    const bool has_null = std::ranges::any_of(values, [](const auto& v) { return !v.has_value(); });
    append32(buffer, values.empty() ? 0 : 1);
    append32(buffer, has_null ? 1 : 0);
    append32(buffer, static_cast<std::size_t>(type));
    if (values.empty()) return;
    append32(buffer, values.size());
    append32(buffer, 1);
}

constexpr std::uint32_t null_length = 0xffffffff;

void encode_one(std::string& buffer, std::int64_t value) {
    append(buffer, static_cast<std::uint64_t>(value));
}

void encode_one(std::string& buffer, std::string_view value) {
    buffer = value;
}

void encode_one(std::string& buffer, const SqlIntegers* column) {
    buffer.reserve(20 + 12 * column->size());
    append_header(buffer, column->values(), oid_of_int8);
    for (const auto& value : column->values()) {
        append(buffer, value ? std::uint32_t{8} : null_length);
        if (value) append(buffer, static_cast<std::uint64_t>(*value));
    }
}

void encode_one(std::string& buffer, const SqlTexts* column) {
    append_header(buffer, column->values(),
                  column->kind() == SqlTextKind::bytes ? oid_of_bytea : oid_of_text);
    for (const auto& value : column->values()) {
        if (!value) {
            append(buffer, null_length);
            continue;
        }
        append32(buffer, value->size());
        buffer += *value;
    }
}

}  // namespace

void PostgresqlParameters::encode(const SqlParameters& parameters) {
    buffers_.resize(std::max(buffers_.size(), parameters.size()));
    values_.clear();
    lengths_.clear();
    formats_.assign(parameters.size(), 1);
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        std::string& buffer = buffers_[i];
        buffer.clear();
        std::visit([&](const auto& value) { encode_one(buffer, value); }, parameters[i]);
        if (buffer.size() > longest_parameter) {
            throw StoreError("a value is too long for PostgreSQL, which takes up to 1 GiB at once");
        }
        values_.push_back(buffer.data());
        lengths_.push_back(static_cast<int>(buffer.size()));
    }
}

std::int64_t decode_postgresql_integer(const char* bytes, int length) {
    std::uint64_t value = 0;
    for (int i = 0; i < length; ++i) value = value << 8 | static_cast<unsigned char>(bytes[i]);
    switch (length) {
        case 2:
            return static_cast<std::int16_t>(value);
        case 4:
            return static_cast<std::int32_t>(value);
        default:
            return static_cast<std::int64_t>(value);
    }
}

}  // namespace punctual::detail
