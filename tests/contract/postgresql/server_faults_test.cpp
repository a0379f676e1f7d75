#include "contract/support/server_faults.hpp"

#include "contract/postgresql/postgresql_server.hpp"
#include "contract/postgresql/private_server.hpp"
#include "contract/support/server_restarts.hpp"
#include "contract/support/sql_server_faults.hpp"

namespace punctual::contract {
namespace {

class Host : public PostgresqlHost {
public:
    static constexpr const char* one_second_for_answers = "&answer_timeout=1";
    class Rival {
    public:
        explicit Rival(const Host& host) : table_(host.schema().name() + ".punctual_jobs") {
            // The server undoes the transaction that finds out about the deadlock first.
            client_.run("SET deadlock_timeout = '1h'; BEGIN");
        }
        void lock(const std::string& job_id) {
            client_.run("SELECT 1 FROM " + table_ + " WHERE id = '" + job_id + "' FOR UPDATE");
        }
        [[nodiscard]] bool waits() {
            return observer_.run("SELECT 1 FROM pg_locks WHERE NOT granted AND pid = " +
                                 process_) == "1";
        }
        void end() { client_.run("COMMIT"); }

    private:
        PostgresqlClient client_;
        PostgresqlClient observer_;
        std::string table_;
        std::string process_ = client_.run("SELECT pg_backend_pid()");
    };
};

}  // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(Postgresql, ServerFaults, ::testing::Types<Host>);
INSTANTIATE_TYPED_TEST_SUITE_P(Postgresql, SqlServerFaults, ::testing::Types<Host>);
INSTANTIATE_TYPED_TEST_SUITE_P(Postgresql, ServerRestarts, ::testing::Types<PrivatePostgresql>);

}  // namespace punctual::contract
