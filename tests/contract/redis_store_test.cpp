#include <punctual/testing/store_contract.hpp>

#include "contract/redis_server.hpp"

PUNCTUAL_STORE_CONTRACT(Redis, RedisHost);
