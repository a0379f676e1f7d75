// Jobs in the application's own transaction: an order and the job that ships it are committed
// together, or neither of them is.

#include <punctual/punctual.hpp>
#include <punctual/stores/sqlite.hpp>

#include <sqlite3.h>
#include <cstdio>
#include <cstdlib>
#include <semaphore>
#include <string>

using namespace punctual;

std::counting_semaphore<> shipped{0};

const auto ship_order = task("ship_order", [](int order) {
    std::printf("order %d is shipped\n", order);
    shipped.release();
});

void execute(sqlite3* shop, const std::string& sql) {
    char* message = nullptr;
    if (sqlite3_exec(shop, sql.c_str(), nullptr, nullptr, &message) == SQLITE_OK) return;
    std::fprintf(stderr, "%s: %s\n", sql.c_str(), message);
    std::exit(1);
}

int main() {
    sqlite3* shop = nullptr;
    if (sqlite3_open("shop.sqlite", &shop) != SQLITE_OK) return 1;
    sqlite3_busy_timeout(shop, 5000);
    execute(shop, "PRAGMA journal_mode = WAL; CREATE TABLE IF NOT EXISTS orders (id, item)");
    execute(shop, "DELETE FROM orders");

    // The tables of the jobs stand beside those of the shop: their names begin with "cron_".
    BackgroundScheduler scheduler(
        {.stores = {{"default", store("sqlite:///shop.sqlite?prefix=cron_")}}});
    scheduler.start();

    for (const int order : {41, 42}) {
        execute(shop, "BEGIN IMMEDIATE");
        execute(shop, "INSERT INTO orders VALUES (" + std::to_string(order) + ", 'a spade')");
        scheduler.add_job(sqlite_transaction(shop), ship_order(order),
                          {.id = "ship-" + std::to_string(order), .replace_existing = true});
        // Order 41 is withdrawn, and its job with it.
        execute(shop, order == 41 ? "ROLLBACK" : "COMMIT");
        scheduler.wakeup();
    }
    if (scheduler.find_job("ship-41")) return 1;
    if (!shipped.try_acquire_for(std::chrono::seconds(20))) return 1;
    scheduler.shutdown();
    sqlite3_close(shop);
}
