// The JSON form of a value.

#include <punctual/value.hpp>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace punctual {

namespace {

// Deeper nesting is taken for an attack on the stack rather than for data.
constexpr std::size_t deepest = 200;

bool is_plain(unsigned char byte) {
    return byte >= 0x20 && byte < 0x7f && byte != '"' && byte != '\\';
}

void write_text(const std::string& text, std::string& out) {
    if (std::all_of(text.begin(), text.end(), is_plain)) {
        out.append(1, '"').append(text).append(1, '"');
    } else {
        using nlohmann::json;
        out += json(text).dump(-1, ' ', false, json::error_handler_t::replace);
    }
}

void write_real(double real, std::string& out) {
    if (!std::isfinite(real)) {
        throw SerializationError("the number " + std::to_string(real) + " has no form in JSON");
    }
    out += nlohmann::json(real).dump();
}

void write(const Value& value, std::string& out);

void write_array(const Value::Array& array, std::string& out) {
    out += '[';
    for (const Value& item : array) {
        if (&item != array.data()) out += ',';
        write(item, out);
    }
    out += ']';
}

void write_object(const Value::Object& object, std::string& out) {
    out += '{';
    for (const Value::Member& member : object) {
        if (&member != object.data()) out += ',';
        write_text(member.first, out);
        out += ':';
        write(member.second, out);
    }
    out += '}';
}

void write(const Value& value, std::string& out) {
    switch (value.type()) {
        case Value::Type::null:
            out += "null";
            break;
        case Value::Type::boolean:
            out += value.as_boolean() ? "true" : "false";
            break;
        case Value::Type::integer:
            out += std::to_string(value.as_integer());
            break;
        case Value::Type::real:
            write_real(value.as_number(), out);
            break;
        case Value::Type::text:
            write_text(value.as_text(), out);
            break;
        case Value::Type::array:
            write_array(value.as_array(), out);
            break;
        case Value::Type::object:
            write_object(value.as_object(), out);
            break;
    }
}

/// Builds the value while the parser reads, so that nothing is held twice.
class ValueBuilder : public nlohmann::json_sax<nlohmann::json> {
public:
    Value take() { return std::move(root_); }

    bool null() override { return add(Value()); }
    bool boolean(bool value) override { return add(value); }
    bool number_integer(number_integer_t value) override { return add(value); }
    bool number_unsigned(number_unsigned_t value) override { return add(value); }
    bool number_float(number_float_t value, const string_t& text) override {
        if (text.find_first_of(".eE") == std::string::npos) {
            throw SerializationError("the number " + text + " does not fit a 64-bit integer");
        }
        return add(value);
    }
    bool string(string_t& text) override { return add(std::move(text)); }
    bool binary(binary_t&) override { return false; }
    bool start_object(std::size_t) override { return open(Value::Object()); }
    bool start_array(std::size_t) override { return open(Value::Array()); }
    bool end_array() override { return close(); }
    bool end_object() override {
        check_keys(open_.back()->as_object());
        return close();
    }
    bool key(string_t& key) override {
        open_.back()->as_object().emplace_back(std::move(key), Value());
        return true;
    }
    bool parse_error(std::size_t, const std::string&,
                     const nlohmann::json::exception& error) override {
        // "[json.exception.parse_error.101] parse error at line 1, column 5: …": users care for
        // the second half.
        const std::string_view text = error.what();
        const std::size_t bracket = text.find("] ");
        throw SerializationError("not JSON: " + std::string(text.substr(bracket + 2)));
    }

private:
    bool add(Value value) {
        place(std::move(value));
        return true;
    }
    Value* place(Value value) {
        if (open_.empty()) {
            root_ = std::move(value);
            return &root_;
        }
        if (open_.back()->is_array()) {
            return &open_.back()->as_array().emplace_back(std::move(value));
        }
        Value& member = open_.back()->as_object().back().second;
        member = std::move(value);
        return &member;
    }
    bool open(Value container) {
        if (open_.size() == deepest) {
            throw SerializationError("the JSON is nested more than " + std::to_string(deepest) +
                                     " levels deep");
        }
        open_.push_back(place(std::move(container)));
        return true;
    }
    bool close() {
        open_.pop_back();
        return true;
    }
    static void check_keys(const Value::Object& object) {
        std::vector<std::string_view> keys;
        keys.reserve(object.size());
        for (const Value::Member& member : object) keys.emplace_back(member.first);
        std::sort(keys.begin(), keys.end());
        const auto twice = std::adjacent_find(keys.begin(), keys.end());
        if (twice == keys.end()) return;
        throw SerializationError("the key " + Value(*twice).to_json() + " stands twice");
    }

    Value root_;
    // A container's address is stable while it is open: only the innermost one grows.
    std::vector<Value*> open_;
};

}  // namespace

std::string Value::to_json() const {
    std::string out;
    write(*this, out);
    return out;
}

Value Value::from_json(std::string_view text) {
    ValueBuilder builder;
    nlohmann::json::sax_parse(text, &builder);
    return builder.take();
}

}  // namespace punctual
