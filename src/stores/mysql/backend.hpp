#pragma once
// MariaDB, as the store on servers uses it.

#include "stores/mysql/connection.hpp"
#include "stores/mysql/location.hpp"
#include "stores/sql/backend.hpp"

namespace punctual::detail {

class MysqlBackend final : public SqlBackend {
public:
    explicit MysqlBackend(MysqlLocation location);

    [[nodiscard]] std::string describe() const override { return location_.describe(); }
    [[nodiscard]] std::unique_ptr<SqlConnection> connect_to_schedule() override;
    [[nodiscard]] std::unique_ptr<SqlConnection> connect_to_read() override;
    [[nodiscard]] std::unique_ptr<SqlConnection> connect_to_inspect() override;

private:
    void take_scheduler_lock(MysqlConnection& connection);
    [[nodiscard]] std::unique_ptr<SqlConnection> connect_to_look();

    MysqlLocation location_;
    MysqlTables tables_;
    // The name of a second lock, which tells a connection of this store from those of others.
    std::string own_lock_;
    bool was_connected_ = false;
};

}  // namespace punctual::detail
