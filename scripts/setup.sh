# shellcheck shell=bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What quickstart and run-tests do first, sourced by them from the top of the tree: install the
# Debian packages that are missing, bootstrap, configure and make in build/. What is done already
# is not done again.

packages=(
    autoconf
    automake
    build-essential
    check
    gnuplot-nox
    libgmp-dev
    libigraph-dev
    liblapacke-dev
    libopenblas-dev
    libsuitesparse-dev
    libzstd-dev
    mandoc
    pkg-config
    python3
    python3-igraph
    python3-networkx
    python3-numpy
    zlib1g-dev
    zstd
)
setup_log=build/setup.log

die()
{
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# step WHAT COMMAND...: says WHAT, runs COMMAND silently; its output is shown if it fails
step()
{
    printf '%s\n' "$1"
    shift
    "$@" >"$setup_log" 2>&1 </dev/null && return
    tail -n 25 "$setup_log"
    die "failed: $* (the whole output is in $setup_log)"
}

missing_packages()
{
    # shellcheck disable=SC2016
    comm -23 <(printf '%s\n' "${packages[@]}" | sort) \
        <(dpkg-query -W -f '${Package} ${db:Status-Status}\n' "${packages[@]}" 2>/dev/null |
            sed -n 's/ installed$//p' | sort)
}

as_root()
{
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi
}

apt_install()
{
    as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends install "$@"
}

# The lists of packages may be absent or too old to install from; only then are they fetched.
apt_install_or_update()
{
    apt_install "$@" || { as_root apt-get -q update && apt_install "$@"; }
}

install_packages()
{
    command -v dpkg-query >/dev/null || return 0 # not Debian: configure says what is missing
    mapfile -t missing < <(missing_packages)
    [ ${#missing[@]} = 0 ] && return
    echo "Debian packages that are missing and will be installed, with what they depend on:"
    printf '%s\n' "${missing[*]}" | fold -s -w 90 | sed 's/^/    /'
    [ "$(id -u)" = 0 ] || command -v sudo >/dev/null ||
        die "needs root: there is no sudo; run apt-get install ${missing[*]}"
    step "installing ..." apt_install_or_update "${missing[@]}"
    rm -f build/Makefile # configure may find more now
}

configure_in_build()
{
    (cd build && ../configure -q)
}

setup()
{
    mkdir -p build
    install_packages
    [ -x configure ] || step "bootstrap ..." ./bootstrap
    [ -e build/Makefile ] || step "configure ..." configure_in_build
    step "make ..." make -C build -j "$(nproc)"
}
