#include <punctual/testing/store_contract.hpp>

#include "contract/mysql/mysql_server.hpp"

namespace {

class MysqlHost {
public:
    static constexpr bool keeps_jobs = true;
    std::shared_ptr<punctual::JobStore> connect() {
        return punctual::make_mysql_store(database_.url());
    }

private:
    punctual::contract::MysqlDatabase database_;
};

}  // namespace

PUNCTUAL_STORE_CONTRACT(Mysql, MysqlHost);
