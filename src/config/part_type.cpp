#include "config/part_type.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace punctual::detail {

std::optional<std::string> read_part_type(SettingsReader& reader,
                                          std::span<const PartClass> classes) {
    auto type = reader.find_text("type");
    const auto class_name = reader.find_text("class");
    if (!class_name) return type;
    if (type) {
        throw SettingsError(reader.path_of("class"),
                            fmt::format("{} and {} are both given; give one of them",
                                        reader.path_of("type"), reader.path_of("class")));
    }
    const auto found = std::ranges::find(classes, *class_name, &PartClass::class_name);
    if (found == classes.end()) {
        reader.fail("class", *class_name,
                    fmt::format("a class such as \"{}\"", classes[0].class_name));
    }
    return std::string(found->type);
}

}  // namespace punctual::detail
