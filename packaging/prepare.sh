# shellcheck shell=bash
# Sourced by packaging/run and packaging/test: installs what is missing, configures and builds. Everything said here goes
# to standard error, so that standard output holds only what the caller was asked for.

root=$(cd -- "$(dirname -- "${BASH_SOURCE[0]}")/.." && pwd -P)

say()
{
    printf '%s\n' "$*" >&2
}

die()
{
    say "$*"
    exit 1
}

# Prints those of the packages named that are not installed. dpkg-query answers in milliseconds, where asking apt takes
# half a second or more.
missing_of()
{
    local installed
    # it fails as soon as it does not know one of them, which is what is asked here
    installed=$(dpkg-query -W -f='${db:Status-Status} ${Package}\n' "$@" 2>/dev/null | sed -n 's/^installed //p') || true
    comm -23 <(printf '%s\n' "$@" | sort -u) <(sort -u <<<"$installed")
}

# install_missing PURPOSE...: installs the packages of packages.txt that are for one of these purposes.
install_missing()
{
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        say "This is not a Debian system: packaging/packages.txt names what must be installed."
        return
    fi
    local purpose package wanted=() missing as_root=()
    while read -r purpose package; do
        if [[ " $* " == *" $purpose "* ]]; then
            wanted+=("$package")
        fi
    done <"$root/packaging/packages.txt"
    mapfile -t missing < <(missing_of "${wanted[@]}")
    if [[ ${#missing[@]} -eq 0 ]]; then
        return
    fi

    if [[ $(id -u) -ne 0 ]]; then
        if ! command -v sudo >/dev/null; then
            die "Missing: ${missing[*]}. Install them as root: apt-get install ${missing[*]}"
        elif sudo -n true 2>/dev/null; then
            as_root=(sudo -n)
        elif [[ -z ${CI:-} && -t 0 ]]; then
            say "Missing: ${missing[*]}"
            say "They are installed with sudo, which may ask for your password."
            as_root=(sudo)
        else
            die "Missing: ${missing[*]}, and sudo wants a password. Install them: sudo apt-get install ${missing[*]}"
        fi
    fi

    say "Installing ${missing[*]}"
    # Another apt may be at work (a fresh system updates itself): wait for its lock instead of failing.
    local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -y -o DPkg::Lock::Timeout=600)
    "${apt[@]}" update >&2 </dev/null || say "The list of packages could not be updated; trying with the one that is here."
    "${apt[@]}" install --no-install-recommends "${missing[@]}" >&2 </dev/null ||
        die "apt-get could not install: ${missing[*]}"
}

# Compilers that run at once: one a core, but no more than the memory holds. A source that includes LibTorch takes more
# than a gigabyte to compile.
jobs_for_build()
{
    local cores memory
    cores=$(nproc)
    memory=$(awk '/^MemAvailable:/ { print int($2 / 1500000) }' /proc/meminfo 2>/dev/null || true)
    if [[ -n $memory && $memory -lt $cores ]]; then
        cores=$((memory > 0 ? memory : 1))
    fi
    echo "$cores"
}

# build PRESET: configures where that was not done yet, and builds. CMake configures again by itself when its files have
# changed; a work tree that was moved or copied starts afresh, since a build folder knows its absolute path.
build()
{
    local folder="$root/build/$1"
    export CMAKE_BUILD_PARALLEL_LEVEL=${CMAKE_BUILD_PARALLEL_LEVEL:-$(jobs_for_build)}
    # Paths relative to the work tree, so that another checkout of the same sources finds what ccache holds.
    export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=true
    cd -- "$root" || exit
    if [[ ! -f $folder/build.ninja ]] || ! grep -qxF "CMAKE_HOME_DIRECTORY:INTERNAL=$root" "$folder/CMakeCache.txt"; then
        cmake --preset "$1" --fresh >&2 || die "Configuring failed: see above."
    fi
    cmake --build --preset "$1" >&2 || die "Building failed: see above."
    cd -- "$OLDPWD" || exit
}
