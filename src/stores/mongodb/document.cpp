#include "stores/mongodb/document.hpp"

#include <punctual/errors.hpp>

#include <array>

namespace punctual::detail {

namespace {

Instant instant_of(std::int64_t ticks) {
    return Instant(std::chrono::microseconds(ticks));
}

/// The name of an element of an array.
class ElementName {
public:
    explicit ElementName(std::size_t index) {
        bson_uint32_to_string(static_cast<std::uint32_t>(index), &text_, buffer_.data(),
                              buffer_.size());
    }
    [[nodiscard]] const char* get() const { return text_; }

private:
    std::array<char, 16> buffer_{};
    const char* text_ = nullptr;
};

}  // namespace

bool DocumentView::find(const char* name, bson_iter_t& at) const {
    return data_ != nullptr && bson_iter_init_from_data(&at, data_, size_) &&
           bson_iter_find(&at, name);
}

bool DocumentView::has(const char* name) const {
    bson_iter_t at;
    return find(name, at) && bson_iter_type(&at) != BSON_TYPE_NULL;
}

std::int64_t DocumentView::integer(const char* name, std::int64_t fallback) const {
    bson_iter_t at;
    if (!find(name, at)) return fallback;
    // Servers give dates in milliseconds.
    if (BSON_ITER_HOLDS_DATE_TIME(&at)) return bson_iter_date_time(&at);
    return BSON_ITER_HOLDS_NUMBER(&at) ? bson_iter_as_int64(&at) : fallback;
}

double DocumentView::number(const char* name) const {
    bson_iter_t at;
    return find(name, at) && BSON_ITER_HOLDS_NUMBER(&at) ? bson_iter_as_double(&at) : 0;
}

bool DocumentView::boolean(const char* name) const {
    bson_iter_t at;
    return find(name, at) && bson_iter_as_bool(&at);
}

std::string_view DocumentView::text(const char* name) const {
    bson_iter_t at;
    if (!find(name, at)) return {};
    std::uint32_t size = 0;
    if (BSON_ITER_HOLDS_UTF8(&at)) {
        const char* text = bson_iter_utf8(&at, &size);
        return {text, size};
    }
    if (!BSON_ITER_HOLDS_BINARY(&at)) return {};
    const std::uint8_t* bytes = nullptr;
    bson_iter_binary(&at, nullptr, &size, &bytes);
    return {reinterpret_cast<const char*>(bytes), size};
}

Instant DocumentView::instant(const char* name) const {
    return instant_of(integer(name));
}

std::optional<Instant> DocumentView::optional_instant(const char* name) const {
    return has(name) ? std::optional(instant(name)) : std::nullopt;
}

DocumentView DocumentView::document(const char* name) const {
    bson_iter_t at;
    if (!find(name, at) || !BSON_ITER_HOLDS_DOCUMENT(&at)) return {};
    std::uint32_t size = 0;
    const std::uint8_t* data = nullptr;
    bson_iter_document(&at, &size, &data);
    return {data, size};
}

std::vector<DocumentView> DocumentView::documents(const char* name) const {
    std::vector<DocumentView> found;
    bson_iter_t at;
    bson_iter_t element;
    if (!find(name, at) || !BSON_ITER_HOLDS_ARRAY(&at) || !bson_iter_recurse(&at, &element)) {
        return found;
    }
    while (bson_iter_next(&element)) {
        if (!BSON_ITER_HOLDS_DOCUMENT(&element)) continue;
        std::uint32_t size = 0;
        const std::uint8_t* data = nullptr;
        bson_iter_document(&element, &size, &data);
        found.emplace_back(data, size);
    }
    return found;
}

std::vector<std::int64_t> DocumentView::integers(const char* name) const {
    std::vector<std::int64_t> found;
    bson_iter_t at;
    bson_iter_t element;
    if (!find(name, at) || !BSON_ITER_HOLDS_ARRAY(&at) || !bson_iter_recurse(&at, &element)) {
        return found;
    }
    while (bson_iter_next(&element)) {
        if (BSON_ITER_HOLDS_NUMBER(&element)) found.push_back(bson_iter_as_int64(&element));
    }
    return found;
}

// Documents end at 2 GiB, far beyond what a server takes.
void Document::check(bool added) const {
    if (!added) throw StoreError("a document is larger than MongoDB's can be");
}

Document& Document::add_integer(const char* name, std::int64_t value) {
    check(bson_append_int64(bson_, name, -1, value));
    return *this;
}

Document& Document::add(const char* name, bool value) {
    check(bson_append_bool(bson_, name, -1, value));
    return *this;
}

Document& Document::add(const char* name, double value) {
    check(bson_append_double(bson_, name, -1, value));
    return *this;
}

Document& Document::add(const char* name, std::string_view text) {
    const char* const begin = text.empty() ? "" : text.data();
    const int size = static_cast<int>(text.size());
    if (bson_utf8_validate(begin, text.size(), true)) {
        check(bson_append_utf8(bson_, name, -1, begin, size));
    } else {
        check(bson_append_binary(bson_, name, -1, BSON_SUBTYPE_BINARY,
                                 reinterpret_cast<const std::uint8_t*>(begin),
                                 static_cast<std::uint32_t>(size)));
    }
    return *this;
}

Document& Document::add(const char* name, Instant instant) {
    return add_integer(name, instant.time_since_epoch().count());
}

Document& Document::add(const char* name, const Document& document) {
    check(bson_append_document(bson_, name, -1, document.get()));
    return *this;
}

Document& Document::add(const char* name, DocumentView document) {
    return add(name, Document(document));
}

Document& Document::add(const char* name, std::span<const Document> documents) {
    bson_t array;
    check(bson_append_array_begin(bson_, name, -1, &array));
    for (std::size_t i = 0; i < documents.size(); ++i) {
        check(bson_append_document(&array, ElementName(i).get(), -1, documents[i].get()));
    }
    check(bson_append_array_end(bson_, &array));
    return *this;
}

Document& Document::add(const char* name, std::span<const std::int64_t> numbers) {
    bson_t array;
    check(bson_append_array_begin(bson_, name, -1, &array));
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        check(bson_append_int64(&array, ElementName(i).get(), -1, numbers[i]));
    }
    check(bson_append_array_end(bson_, &array));
    return *this;
}

Document& Document::add(const char* name, std::span<const std::string> texts) {
    // An array is a document whose fields are named by their places.
    Document array;
    for (std::size_t i = 0; i < texts.size(); ++i) array.add(ElementName(i).get(), texts[i]);
    check(bson_append_array(bson_, name, -1, array.get()));
    return *this;
}

Document& Document::add_null(const char* name) {
    check(bson_append_null(bson_, name, -1));
    return *this;
}

}  // namespace punctual::detail
