#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# The Debian package: dpkg-buildpackage makes it from the release tarball, whose files are those of
# a clone (tests/dist.sh), lintian has nothing to say, and what is in it works where it was unpacked.
# The tests are left out; they have run from the same tarball in make distcheck.
. "$SRC/tests/cli/lib.sh"
version=$(sed -n 's/^AC_INIT(\[walkrank\], \[\(.*\)\])$/\1/p' "$SRC/configure.ac")

for tool in dpkg-buildpackage dh lintian mandoc; do
    command -v $tool >/dev/null || skip "no $tool"
done

# quietly COMMAND...: its output is shown if it fails
quietly()
{
    "$@" >log 2>&1 </dev/null && return
    tail -n 30 log
    fail "$*"
    finish
}

quietly make -C "$BUILD" dist
quietly tar -xf "$BUILD/walkrank-$version.tar.gz"
cd "walkrank-$version" || exit 1
# the package's own choice of compiler flags, not those of this build
unset CFLAGS CPPFLAGS LDFLAGS MAKEFLAGS MAKELEVEL
quietly dpkg-checkbuilddeps -Pnocheck
DEB_BUILD_OPTIONS="nocheck parallel=$(nproc)" DEB_BUILD_PROFILES=nocheck \
    quietly dpkg-buildpackage -us -uc
cd ..
lintian --allow-root --fail-on error,warning ./*.changes >out 2>&1 || { cat out; fail "lintian"; }

quietly dpkg-deb -x walkrank_"$version"_*.deb root
tools=$(cd "$BUILD/src" && find . -maxdepth 1 -type f -perm -100 | sed 's|./||')
for tool in $tools; do
    expect 0 "root/usr/bin/$tool" --version
    prints "walkrank $version\n"
    quietly mandoc -Tascii <(zcat "root/usr/share/man/man1/$tool.1.gz")
    quietly bash -c ". root/usr/share/bash-completion/completions/$tool && complete -p $tool"
done
expect 0 root/usr/bin/wis-sparsify -k 50% root/usr/share/walkrank/datasets/karate/edges.txt
same "half of the karate club" out <(wis-sparsify -q -k 50% "$SRC/datasets/karate/edges.txt")
expect 0 root/usr/share/doc/walkrank/examples/matrix-norms -h
finish
