#include <punctual/testing/store_contract.hpp>

#include "contract/mysql/mysql_server.hpp"

PUNCTUAL_STORE_CONTRACT(Mysql, MysqlHost);
