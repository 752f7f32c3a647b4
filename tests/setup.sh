#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every Debian package that configure can ask for is one that scripts/setup.sh installs.
set -u
cd "${SRC:-$(dirname "$0")/..}" || exit 1

bad=0
for package in $(sed -n -e 's/.*apt-get install \([a-z0-9.+-]*\).*/\1/p' \
    -e 's/^ *WR_NEED(.*\[\([a-z0-9.+-]*\)\])$/\1/p' configure.ac); do
    grep -qx " *$package" scripts/setup.sh || { echo "scripts/setup.sh does not install $package"; bad=1; }
done
exit $bad
