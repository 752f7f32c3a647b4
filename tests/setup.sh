#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every Debian package that configure can ask for is one that scripts/setup.sh installs and that
# debian/control builds with; every one that scripts/setup.sh installs is one of debian/control, or
# what every Debian build has. One version number everywhere.
set -u
cd "${SRC:-$(dirname "$0")/..}" || exit 1

bad=0
builds_with()
{
    sed -n '/^Build-Depends:/,/^[^ ]*:/p' debian/control | grep -qE "^ $1[ ,]"
}

for package in $(sed -n -e 's/.*apt-get install \([a-z0-9.+-]*\).*/\1/p' \
    -e 's/^ *WR_NEED(.*\[\([a-z0-9.+-]*\)\])$/\1/p' configure.ac); do
    grep -qx " *$package" scripts/setup.sh || { echo "scripts/setup.sh does not install $package"; bad=1; }
    builds_with "$package" || { echo "debian/control does not build with $package"; bad=1; }
done

for package in $(sed -n '/^packages=(/,/^)/s/^ *\([a-z0-9.+-]*\)$/\1/p' scripts/setup.sh); do
    case $package in
    autoconf | automake | build-essential) continue ;; # debhelper's, or everybody's
    esac
    builds_with "$package" || { echo "debian/control does not build with $package"; bad=1; }
done

version=$(sed -n 's/^AC_INIT(\[walkrank\], \[\(.*\)\])$/\1/p' configure.ac)
sed -n '3p' NEWS | grep -q "^$version\( \|$\)" || { echo "NEWS does not begin with $version"; bad=1; }
head -n 1 debian/changelog | grep -q "^walkrank ($version) " ||
    { echo "debian/changelog does not begin with $version"; bad=1; }
exit $bad
