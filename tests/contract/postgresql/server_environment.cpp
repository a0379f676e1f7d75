#include "contract/support/server_environment.hpp"

PUNCTUAL_TESTS_NEED_SERVER("PostgreSQL", "PUNCTUAL_TEST_POSTGRESQL_URL");
