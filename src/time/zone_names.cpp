#include "time/zone_names.hpp"

#include <algorithm>
#include <cctype>
#include <cstddef>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include <punctual/time.hpp>

#include "time/edit_distance.hpp"

namespace punctual {

namespace {

struct ZoneList {
    std::string version;
    std::vector<std::string> names;
};

// tzdata.zi is the tz database's compact source: "# version 2024a", "Z name …", "L target name".
ZoneList read_zone_list() {
    const char* directory = std::getenv("TZDIR");
    std::ifstream file(std::string(directory != nullptr ? directory : "/usr/share/zoneinfo") +
                       "/tzdata.zi");
    constexpr std::string_view version_mark = "# version ";
    ZoneList list;
    for (std::string line; std::getline(file, line);) {
        if (line.starts_with(version_mark)) {
            list.version = line.substr(version_mark.size());
        } else if (line.starts_with("Z ") || line.starts_with("L ")) {
            std::istringstream words(line.substr(2));
            std::string name;
            words >> name;
            if (line.front() == 'L') words >> name;
            list.names.push_back(name);
        }
    }
    std::sort(list.names.begin(), list.names.end());
    return list;
}

const ZoneList& zone_list() {
    static const ZoneList& list = *new ZoneList(read_zone_list());
    return list;
}

std::string folded(std::string_view name) {
    std::string result(name);
    for (char& character : result) {
        character = character == ' '
                        ? '_'
                        : static_cast<char>(std::tolower(static_cast<unsigned char>(character)));
    }
    return result;
}

std::string_view city(std::string_view name) {
    return name.substr(name.rfind('/') + 1);
}

}  // namespace

std::string tz_database_version() {
    return zone_list().version;
}

namespace detail {

bool is_zone_name(std::string_view name) {
    constexpr std::size_t longest_accepted = 64;
    const auto is_allowed = [](char character) {
        return std::isalnum(static_cast<unsigned char>(character)) != 0 || character == '/' ||
               character == '_' || character == '-' || character == '+';
    };
    if (name.empty() || name.size() > longest_accepted || name.front() == '/') return false;
    if (!std::all_of(name.begin(), name.end(), is_allowed)) return false;
    for (const std::string_view prefix : {"Fixed/", "right/", "posix/"}) {
        if (name.starts_with(prefix)) return false;
    }
    return name != "localtime" && name != "posixrules";
}

const std::vector<std::string>& zone_names() {
    return zone_list().names;
}

std::string nearest_zone_name(std::string_view name) {
    constexpr std::size_t longest_compared = 64;
    if (name.empty() || name.size() > longest_compared) return {};
    const std::string wanted = folded(name);
    std::string nearest;
    std::size_t least = 1 + std::max<std::size_t>(1, wanted.size() / 4);
    for (const std::string& candidate : zone_names()) {
        const std::string known = folded(candidate);
        // "Berlin" and "europ/berlin" both mean Europe/Berlin.
        const bool city_only = wanted.find('/') == std::string::npos;
        const std::size_t distance =
            city_only ? std::min(edit_distance(wanted, known), edit_distance(wanted, city(known)))
                      : edit_distance(wanted, known);
        if (distance < least) {
            least = distance;
            nearest = candidate;
        }
    }
    return nearest;
}

}  // namespace detail

}  // namespace punctual
