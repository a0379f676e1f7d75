#include "contract/mongodb_server.hpp"
#include "contract/support/server_faults.hpp"

namespace punctual::contract {

INSTANTIATE_TYPED_TEST_SUITE_P(MongoDb, ServerFaults, ::testing::Types<MongoHost>);

}  // namespace punctual::contract
