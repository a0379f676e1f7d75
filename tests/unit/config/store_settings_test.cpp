#include "unit/config/config_testing.hpp"

namespace punctual {
namespace {

class StoreSettings : public SettingsTest {
protected:
    static StoreSpec spec(const Value& settings) {
        return options_from(Value::object({{"jobstores", Value::object({{"a", settings}})}}))
            .stores.at("a");
    }
    static std::string error(const Value& settings) {
        return error_of([&] { static_cast<void>(spec(settings)); });
    }
};

TEST_F(StoreSettings, AUrlIsEnough) {
    EXPECT_EQ(spec(Value::object({{"url", "sqlite:///jobs.sqlite"}})).url(),
              "sqlite:///jobs.sqlite");
}

TEST_F(StoreSettings, TheDriverOfSqlAlchemyIsLeftOut) {
    EXPECT_EQ(
        spec(Value::object({{"type", "sqlalchemy"}, {"url", "sqlite+pysqlite:///a+b.db"}})).url(),
        "sqlite:///a+b.db");
}

TEST_F(StoreSettings, APathOfSqliteIsTakenAsTheFileSystemHasIt) {
    EXPECT_EQ(spec(Value::object({{"type", "sqlite"}, {"path", "50%.sqlite"}})).url(),
              "sqlite:///50%25.sqlite");
}

TEST_F(StoreSettings, ClassesOfAPSchedulerAreTypes) {
    EXPECT_EQ(spec(Value::object({{"class", "apscheduler.jobstores.memory:MemoryJobStore"}})),
              memory());
    EXPECT_EQ(error(Value::object({{"class", "shop.stores:Own"}})),
              "jobstores.a.class is \"shop.stores:Own\"; a class such as "
              "\"apscheduler.jobstores.memory:MemoryJobStore\" is needed");
    EXPECT_EQ(error(Value::object({{"class", "shop.stores:Own"}, {"type", "memory"}})),
              "jobstores.a.type and jobstores.a.class are both given; give one of them");
}

TEST_F(StoreSettings, AKindThatIsNotBuiltSaysWhatBringsIt) {
    EXPECT_EQ(error(Value::object({{"class", "apscheduler.jobstores.mongodb:MongoDBJobStore"}})),
              "jobstores.a: this program was built without stores of the kind \"mongodb\": link "
              "punctual::mongodb, which is built where libmongoc-dev is installed; it has memory, "
              "sqlite");
    EXPECT_EQ(error(Value::object({{"type", "redis"}})),
              "jobstores.a: this program was built without stores of the kind \"redis\": link "
              "punctual::redis, which is built where libhiredis-dev is installed; it has memory, "
              "sqlite");
}

TEST_F(StoreSettings, AnUnknownTypeComesWithTheKnownOnes) {
    EXPECT_EQ(
        error(Value::object({{"type", "oracle"}})),
        "jobstores.a.type is \"oracle\"; memory, sqlite, postgresql, mysql, mongodb, redis or "
        "sqlalchemy (with a url) is needed");
}

TEST_F(StoreSettings, WhereItIsMustBeGiven) {
    EXPECT_EQ(error(Value::object({{"type", "sqlalchemy"}})),
              "jobstores.a.url is missing; a store of the type sqlalchemy needs it");
    EXPECT_EQ(error(Value::object()),
              "jobstores.a.type and jobstores.a.url are missing; give jobstores.a.type (such as "
              "\"memory\"), or jobstores.a.url (such as \"sqlite:///jobs.sqlite\")");
}

TEST_F(StoreSettings, ATypeAndAUrlAgree) {
    EXPECT_EQ(error(Value::object({{"type", "sqlite"}, {"url", "redis://localhost"}})),
              "jobstores.a.url does not begin with sqlite://, as the type sqlite says");
}

TEST_F(StoreSettings, ASocketOfRedisIsNoDriver) {
    for (const char* url : {"redis+unix:///run/redis.sock", "unix:///run/redis.sock"}) {
        for (const Value& settings :
             {Value::object({{"url", url}}), Value::object({{"type", "redis"}, {"url", url}})}) {
            EXPECT_NE(error(settings).find("link punctual::redis"), std::string::npos)
                << error(settings);
        }
    }
}

TEST_F(StoreSettings, ANameThatStandsForMongoDbServersIsNoDriver) {
    const char* const url = "mongodb+srv://cluster.example.com";
    for (const Value& settings :
         {Value::object({{"url", url}}), Value::object({{"type", "mongodb"}, {"url", url}})}) {
        EXPECT_NE(error(settings).find("link punctual::mongodb"), std::string::npos)
            << error(settings);
    }
}

TEST_F(StoreSettings, NoMessageShowsAPassword) {
    for (const Value& settings :
         {Value::object({{"url", "postgresql://shop:secret@db/shop"}}),
          Value::object({{"type", "sqlite"}, {"url", "mysql://shop:secret@db/shop"}}),
          Value::object({{"url", Value::array({"mysql://shop:secret@db/shop"})}})}) {
        const std::string message = error(settings);
        EXPECT_NE(message, "no error");
        EXPECT_EQ(message.find("secret"), std::string::npos) << message;
    }
}

TEST_F(StoreSettings, StoresIsAnotherWordForJobstores) {
    EXPECT_EQ(options_from({{"stores.default.type", "memory"}}).stores.at("default"), memory());
    EXPECT_EQ(error_of([] {
                  static_cast<void>(options_from(
                      {{"stores.default.type", "memory"}, {"jobstores.default.type", "memory"}}));
              }),
              "stores.default is given as jobstores.default too; give one of them");
}

TEST_F(StoreSettings, AnOptionOfAnotherStoreIsUnknown) {
    EXPECT_EQ(error(Value::object({{"type", "memory"}, {"tablename", "jobs"}})),
              "jobstores.a: unknown key \"tablename\"; known are type, class, url");
}

}  // namespace
}  // namespace punctual
