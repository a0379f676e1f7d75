# What the scripts share. They source it, and so start in the project's folder.

set -eu
cd "$(dirname "$0")/.."

export CCACHE_DIR="${CCACHE_DIR:-${HOME:-/root}/.cache/ccache}"
# Paths count from the project's folder, so that a copy elsewhere finds the same objects.
export CCACHE_BASEDIR="$PWD" CCACHE_NOHASHDIR=1

say() {
    printf '==> %s\n' "$*"
}

# quietly LOG COMMAND…: the output goes to LOG, and is shown only if the command fails.
quietly() {
    log=$1
    shift
    mkdir -p "$(dirname "$log")"
    if ! "$@" >"$log" 2>&1; then
        cat "$log" >&2
        printf '==> failed: %s\n' "$*" >&2
        return 1
    fi
}

# configure PRESET [-D…]: runs cmake only if these settings are not those of the last time; changes
# of the project's own files are found by the build.
configure() {
    folder=build/$1
    if [ -f "$folder/build.ninja" ] && [ "$(cat "$folder/settings" 2>/dev/null)" = "$*" ]; then
        return 0
    fi
    # What an interrupted first attempt found out about the compiler may be wrong.
    fresh=
    [ -f "$folder/build.ninja" ] || fresh=--fresh
    say "Configuring $folder"
    quietly "$folder/configure.log" cmake --preset "$@" $fresh || return 1
    printf '%s' "$*" >"$folder/settings"
}
