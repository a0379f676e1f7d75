#include <punctual/stores/mysql.hpp>

#include "stores/mysql/backend.hpp"
#include "stores/sql/sql_store.hpp"
#include "stores/store_registry.hpp"

namespace punctual {
namespace detail {
namespace {

const bool is_registered = [] {
    register_store_scheme("mysql", make_mysql_store);
    register_store_scheme("mariadb", make_mysql_store);
    return true;
}();

}  // namespace
}  // namespace detail

std::shared_ptr<JobStore> make_mysql_store(const std::string& url) {
    return std::make_shared<detail::SqlStore>(
        std::make_unique<detail::MysqlBackend>(detail::parse_mysql_url(url)));
}

}  // namespace punctual

// Linkers are told to look for this name, so that they keep this object and its registration.
extern "C" void punctual_register_mysql() {}
