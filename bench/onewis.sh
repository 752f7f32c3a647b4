#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# 1-WIS for all edges on R-MAT and Barabasi-Albert graphs of growing size and on Debian's graph,
# beside a lazy binary heap and beside sorting the edges. Run in the build directory.
exec bench/bench_onewis rmat:16 rmat:18 rmat:20 ba:16 ba:18 ba:20 \
    "${SRC:-$(dirname "$0")/..}/datasets/debian/edges.txt.gz"
