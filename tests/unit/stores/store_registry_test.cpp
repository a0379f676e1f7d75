#include "stores/store_registry.hpp"

#include <gmock/gmock.h>

#include <punctual/errors.hpp>

namespace punctual::detail {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::string error_for(const std::string& url) {
    try {
        static_cast<void>(make_store(url));
    } catch (const ConfigurationError& error) {
        return error.what();
    }
    return "no error";
}

TEST(StoreRegistry, HasTheMemoryStore) {
    EXPECT_EQ(make_store("memory://")->describe(), "memory://");
}

TEST(StoreRegistry, MakesStoresOfARegisteredScheme) {
    register_store_scheme("registry-test", [](const std::string& url) {
        EXPECT_EQ(url, "registry-test://somewhere?x=1");
        return make_memory_store();
    });
    EXPECT_NE(make_store("registry-test://somewhere?x=1"), nullptr);
}

TEST(StoreRegistry, SaysWhatThereIsForAnUnknownScheme) {
    EXPECT_THAT(error_for("oracle://host"), AllOf(HasSubstr("\"oracle\""), HasSubstr("memory")));
}

TEST(StoreRegistry, SaysWhichComponentIsMissing) {
    EXPECT_THAT(error_for("postgresql://host/jobs"),
                AllOf(HasSubstr("punctual::postgresql"), HasSubstr("libpq-dev")));
}

TEST(StoreRegistry, NeverShowsAPassword) {
    EXPECT_THAT(error_for("mysql://user:secret@host/jobs"), Not(HasSubstr("secret")));
    EXPECT_THAT(error_for("user:secret@host"), Not(HasSubstr("secret")));
}

}  // namespace
}  // namespace punctual::detail
