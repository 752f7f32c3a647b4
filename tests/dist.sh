#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
# make dist: every file of the tree that is released is in the tarball, and the tarball has the same
# bytes whoever makes it, when, and from what: this build, a fresh clone, the tarball itself.
. "$SRC/tests/cli/lib.sh"
chmod 755 "$work"

# dist FROM TO: the tarball that a new build of the sources FROM makes, with other modes and times
dist()
(
    mkdir build
    cd build && "$1/configure" -q --cache-file="$work/cache" && make dist >/dev/null && mv walkrank-*.tar.gz "$2"
    status=$?
    cd .. && rm -rf build
    exit $status
) >log 2>&1

make -C "$BUILD" dist >log 2>&1 || { cat log; fail "make dist"; finish; }
tarball=$(echo "$BUILD"/walkrank-*.tar.gz)
tar -tf "$tarball" | sed -n 's|^[^/]*/\(.*[^/]\)$|\1|p' | sort >released

umask 077
mkdir unpacked
tar -xf "$tarball" -C unpacked --strip-components=1 || fail "no tarball: $tarball"
[ "$(id -u)" != 0 ] || chown -R 65534:65534 unpacked
sleep 1
dist "$work/unpacked" "$work/again.tar.gz" || cat log
cmp -s "$tarball" again.tar.gz || fail "the tarball, unpacked, makes another tarball"

if git -C "$SRC" rev-parse HEAD >/dev/null 2>&1 && [ -z "$(git -C "$SRC" status --porcelain)" ]; then
    git -C "$SRC" ls-files | grep -v '^\.' | sort | comm -23 - released >missing
    [ -s missing ] && fail "not in the tarball: $(tr '\n' ' ' <missing)"
    umask 002
    git clone -q "$SRC" clone && clone/bootstrap 2>log || cat log
    dist "$work/clone" "$work/cloned.tar.gz" || cat log
    cmp -s "$tarball" cloned.tar.gz || fail "a clone makes another tarball"
else
    echo "no clean git tree: not compared with a clone"
fi
finish
