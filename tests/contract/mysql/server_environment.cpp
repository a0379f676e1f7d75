#include "contract/support/server_environment.hpp"

PUNCTUAL_TESTS_NEED_SERVER("MariaDB", "PUNCTUAL_TEST_MYSQL_URL");
