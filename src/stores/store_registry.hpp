#pragma once
// Which kinds of stores this program has, by the scheme of their URLs.

#include <punctual/stores/store.hpp>

#include <memory>
#include <string>
#include <string_view>

namespace punctual::detail {

/// Makes a store from its whole URL; *throws* ConfigurationError for one that is malformed.
using StoreFactory = std::shared_ptr<JobStore> (*)(const std::string& url);

/// Makes `scheme` known, replacing what it stood for.
/// *Thread safety*: safe, also during static initialisation.
void register_store_scheme(std::string_view scheme, StoreFactory factory);

/// The store that `url` names; it is not opened yet. *Throws* ConfigurationError for a scheme that
/// this program does not have: it lists those it has, or says which component would bring it.
[[nodiscard]] std::shared_ptr<JobStore> make_store(const std::string& url);

}  // namespace punctual::detail
