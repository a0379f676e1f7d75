#include <punctual/testing/store_contract.hpp>

#include "contract/postgresql/postgresql_server.hpp"

PUNCTUAL_STORE_CONTRACT(Postgresql, PostgresqlHost);
