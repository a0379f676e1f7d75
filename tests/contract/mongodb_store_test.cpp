#include <punctual/testing/store_contract.hpp>

#include "contract/mongodb_server.hpp"

PUNCTUAL_STORE_CONTRACT(MongoDb, MongoHost);
