#include <punctual/stores/sqlite.hpp>
#include <punctual/testing/store_contract.hpp>

#include "contract/other_program.hpp"
#include "contract/support/many_jobs.hpp"
#include "contract/temporary_folder.hpp"

namespace {

// Nothing here cuts the power: what the kernel has is safe.
class SqliteFileHost {
public:
    static constexpr bool keeps_jobs = true;
    static constexpr int many_jobs = punctual::contract::a_million_jobs;
    std::shared_ptr<punctual::JobStore> connect() {
        return punctual::make_sqlite_store("sqlite:///" + folder_.file("jobs.sqlite") +
                                           "?synchronous=normal");
    }

private:
    punctual::contract::TemporaryFolder folder_;
};

class SqlitePrefixHost {
public:
    static constexpr bool keeps_jobs = true;
    std::shared_ptr<punctual::JobStore> connect() {
        const std::string file = folder_.file("shop.sqlite");
        punctual::contract::OtherProgram(file).execute("CREATE TABLE IF NOT EXISTS orders (id)");
        return punctual::make_sqlite_store("sqlite:///" + file +
                                           "?synchronous=normal&prefix=cron_");
    }

private:
    punctual::contract::TemporaryFolder folder_;
};

class SqliteMemoryHost {
public:
    static constexpr bool keeps_jobs = false;
    std::shared_ptr<punctual::JobStore> connect() {
        return punctual::make_sqlite_store("sqlite://");
    }
};

}  // namespace

PUNCTUAL_STORE_CONTRACT(SqliteFile, SqliteFileHost);
PUNCTUAL_STORE_CONTRACT(SqlitePrefix, SqlitePrefixHost);
PUNCTUAL_STORE_CONTRACT(SqliteMemory, SqliteMemoryHost);
