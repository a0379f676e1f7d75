#!/bin/sh
# Runs several_stores on the servers that script/test-servers started: several_stores.sh PROGRAM
# sqlite|postgresql|mysql. Ends with 77, which is a skip, where one of them is missing.
set -eu

# with URL OPTION
with() {
    case $1 in
        *\?*) echo "$1&$2" ;;
        *) echo "$1?$2" ;;
    esac
}

skip() {
    echo "there is no $1 server: run script/test-servers"
    exit 77
}

case $2 in
    sqlite) sql=sqlite:///jobs.sqlite ;;
    postgresql) sql=${PUNCTUAL_TEST_POSTGRESQL_URL:-} ;;
    mysql) sql=${PUNCTUAL_TEST_MYSQL_URL:-} ;;
esac
[ -n "$sql" ] || skip "$2"
[ -n "${PUNCTUAL_TEST_MONGODB_URL:-}" ] || skip MongoDB
# Names of its own, for other tests are on the same servers.
[ "$2" = sqlite ] || sql=$(with "$sql" prefix=several_stores_)
exec "$1" "$(with "$PUNCTUAL_TEST_MONGODB_URL" "prefix=several_stores_$2")" "$sql"
