#include "contract/support/server_faults.hpp"

#include "contract/mysql/mysql_server.hpp"
#include "contract/mysql/private_server.hpp"
#include "contract/support/server_restarts.hpp"
#include "contract/support/sql_server_faults.hpp"

namespace punctual::contract {
namespace {

class Host : public MysqlHost {
public:
    static constexpr const char* one_second_for_answers = "&answer-timeout=1";
    class Rival {
    public:
        explicit Rival(const Host& host) {
            client_.run("USE " + host.database().name());
            client_.run("CREATE TABLE rival (n INT)");
            client_.run("START TRANSACTION");
            // The server undoes the transaction that has changed less.
            client_.run(
                "INSERT INTO rival WITH RECURSIVE numbers AS (SELECT 1 AS n UNION ALL "
                "SELECT n + 1 FROM numbers WHERE n < 1000) SELECT n FROM numbers");
        }
        void lock(const std::string& job_id) {
            client_.run("SELECT 1 FROM punctual_jobs WHERE id_key = '" + job_id + "' FOR UPDATE");
        }
        [[nodiscard]] bool waits() {
            // Who looks more often sees what was there before.
            observer_.run("DO SLEEP(0.15)");
            return observer_.run(
                       "SELECT trx_state FROM information_schema.INNODB_TRX WHERE "
                       "trx_mysql_thread_id = " +
                       connection_) == "LOCK WAIT";
        }
        void end() { client_.run("COMMIT"); }

    private:
        MysqlClient client_;
        MysqlClient observer_;
        std::string connection_ = client_.run("SELECT CONNECTION_ID()");
    };
};

}  // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(Mysql, ServerFaults, ::testing::Types<Host>);
INSTANTIATE_TYPED_TEST_SUITE_P(Mysql, SqlServerFaults, ::testing::Types<Host>);
INSTANTIATE_TYPED_TEST_SUITE_P(Mysql, ServerRestarts, ::testing::Types<PrivateMariadb>);

}  // namespace punctual::contract
