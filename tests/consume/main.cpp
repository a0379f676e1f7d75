// A user's program: a store of each kind that the installed copy has, and one task, kept in SQLite,
// run once.
#include <components.hpp>
#include <punctual/punctual.hpp>
#ifdef WITH_ASIO
#include <boost/asio/io_context.hpp>
#endif
#ifdef WITH_LIBEVENT
#include <event2/event.h>
#endif

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <future>
#include <string>

using namespace punctual;

namespace {

std::promise<std::string> greeted;

const auto greet = task("greet", [](std::string name) { greeted.set_value("hello " + name); });

class TemporaryFolder {
public:
    TemporaryFolder() {
        std::string name = std::filesystem::temp_directory_path() / "punctual-consume-XXXXXX";
        if (mkdtemp(name.data()) == nullptr) std::abort();
        path_ = name;
    }
    ~TemporaryFolder() { std::filesystem::remove_all(path_); }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;

    [[nodiscard]] std::string file(const char* name) const { return path_ / name; }

private:
    std::filesystem::path path_;
};

}  // namespace

int main() {
    const TemporaryFolder folder;
    for (const std::string component : store_components) {
        // Nothing names the component but its URL: that finds it all the same.
        const std::string place = component == "sqlite" ? "/consume.sqlite" : "localhost/1";
        std::puts(store(component + "://" + place).make()->describe().c_str());
    }
#ifdef WITH_ASIO
    boost::asio::io_context io;
    {
        AsioScheduler in_a_context(io);
        in_a_context.add_job([&]() -> boost::asio::awaitable<void> {
            in_a_context.shutdown();
            co_return;
        });
        in_a_context.start();
        io.run();
    }
#endif
#ifdef WITH_GLIB
    {
        GlibScheduler in_the_default_context;
        in_the_default_context.start();
        in_the_default_context.shutdown();
    }
#endif
#ifdef WITH_LIBEVENT
    event_base* const base = event_base_new();
    {
        LibeventScheduler in_a_base(base);
        in_a_base.add_job([&] { in_a_base.shutdown(); });
        in_a_base.start();
        event_base_dispatch(base);
    }
    event_base_free(base);
#endif
    BackgroundScheduler scheduler({.stores = {{"default", sqlite(folder.file("jobs.sqlite"))}}});
    scheduler.start();
    scheduler.add_job(greet("world"), {.id = "greeting"});

    std::future<std::string> greeting = greeted.get_future();
    if (greeting.wait_for(std::chrono::seconds(20)) != std::future_status::ready) {
        std::fputs("the job did not run within 20 s\n", stderr);
        return EXIT_FAILURE;
    }
    std::puts(greeting.get().c_str());
    scheduler.shutdown();
    return EXIT_SUCCESS;
}
