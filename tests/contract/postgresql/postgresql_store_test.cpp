#include <punctual/testing/store_contract.hpp>

#include "contract/postgresql/postgresql_server.hpp"

namespace {

class PostgresqlHost {
public:
    static constexpr bool keeps_jobs = true;
    std::shared_ptr<punctual::JobStore> connect() {
        return punctual::make_postgresql_store(schema_.url());
    }

private:
    punctual::contract::PostgresqlSchema schema_;
};

}  // namespace

PUNCTUAL_STORE_CONTRACT(Postgresql, PostgresqlHost);
