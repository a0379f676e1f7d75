#pragma once
// How the names of a store's tables begin, so that several stores fit into one database.

#include <string>
#include <string_view>

#include "stores/store_url.hpp"

namespace punctual::detail {

/// `prefix`, if it can be one: it needs no quotes, and leaves room for what follows it. *Throws*
/// ValueError that says, with the name of the option, what can be.
[[nodiscard]] std::string check_table_prefix(std::string_view prefix);
/// The value of an option, likewise. *Throws* ConfigurationError.
[[nodiscard]] std::string read_table_prefix(const StoreUrl& url, const StoreUrlOption& option);

}  // namespace punctual::detail
