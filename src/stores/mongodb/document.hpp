#pragma once
// MongoDB's documents: made field by field, and read by the names of their fields.

#include <punctual/time.hpp>

#include <bson/bson.h>

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

namespace punctual::detail {

/// A document as it came. What is missing, or of another type, reads as empty.
/// *Lifetime*: that of the bytes it looks at.
class DocumentView {
public:
    DocumentView() = default;
    DocumentView(const std::uint8_t* data, std::size_t size) : data_(data), size_(size) {}
    explicit DocumentView(const bson_t& bson) : data_(bson_get_data(&bson)), size_(bson.len) {}

    [[nodiscard]] bool has(const char* name) const;
    [[nodiscard]] std::int64_t integer(const char* name, std::int64_t fallback = 0) const;
    [[nodiscard]] double number(const char* name) const;
    [[nodiscard]] bool boolean(const char* name) const;
    /// Text, or the bytes of what is none.
    [[nodiscard]] std::string_view text(const char* name) const;
    [[nodiscard]] Instant instant(const char* name) const;
    [[nodiscard]] std::optional<Instant> optional_instant(const char* name) const;
    [[nodiscard]] DocumentView document(const char* name) const;
    [[nodiscard]] std::vector<DocumentView> documents(const char* name) const;
    [[nodiscard]] std::vector<std::int64_t> integers(const char* name) const;

    [[nodiscard]] const std::uint8_t* data() const { return data_; }
    [[nodiscard]] std::size_t size() const { return size_; }

private:
    [[nodiscard]] bool find(const char* name, bson_iter_t& at) const;

    const std::uint8_t* data_ = nullptr;
    std::size_t size_ = 0;
};

/// A document that is being made.
class Document {
public:
    Document() : bson_(bson_new()) {}
    explicit Document(DocumentView copied)
        : bson_(bson_new_from_data(copied.data(), copied.size())) {}
    Document(const Document& other) : bson_(bson_copy(other.get())) {}
    Document(Document&& other) noexcept : bson_(std::exchange(other.bson_, nullptr)) {}
    Document& operator=(Document other) noexcept {
        std::swap(bson_, other.bson_);
        return *this;
    }
    ~Document() { bson_destroy(bson_); }
    template <class Value>
    Document(const char* name, const Value& value) : Document() {
        add(name, value);
    }

    template <class Integer>
    requires std::is_integral_v<Integer> Document& add(const char* name, Integer value) {
        return add_integer(name, static_cast<std::int64_t>(value));
    }
    Document& add(const char* name, bool value);
    Document& add(const char* name, double value);
    /// Texts that are not UTF-8 are written as bytes.
    Document& add(const char* name, std::string_view text);
    Document& add(const char* name, const char* text) { return add(name, std::string_view(text)); }
    Document& add(const char* name, const std::string& text) {
        return add(name, std::string_view(text));
    }
    Document& add(const char* name, Instant instant);
    Document& add(const char* name, const Document& document);
    Document& add(const char* name, DocumentView document);
    Document& add(const char* name, std::span<const Document> documents);
    Document& add(const char* name, std::span<const std::int64_t> numbers);
    Document& add(const char* name, std::span<const std::string> texts);
    Document& add_null(const char* name);

    [[nodiscard]] const bson_t* get() const { return bson_; }
    [[nodiscard]] bson_t* get() { return bson_; }
    [[nodiscard]] std::size_t size() const { return bson_->len; }
    [[nodiscard]] bool empty() const { return bson_empty(bson_); }
    [[nodiscard]] DocumentView view() const { return DocumentView(*bson_); }

private:
    Document& add_integer(const char* name, std::int64_t value);
    void check(bool added) const;

    bson_t* bson_;
};

/// `{field: {operation: value}}`, as in `{"due": {"$lte": 5}}`.
template <class Value>
[[nodiscard]] Document where(const char* field, const char* operation, const Value& value) {
    return {field, Document(operation, value)};
}

}  // namespace punctual::detail
