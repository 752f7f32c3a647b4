#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Leverages (weights times effective resistances) of all edges: ours, exact and with the default
# choice between exact and projected, beside SciPy's factor with a solve per vertex, NumPy's dense
# pseudo-inverse, and Spielman and Srivastava's projection in SciPy (as their theorem has it,
# extrapolated from 16 projections). Run in the build directory after make; TIME bounds a peer.
set -u
SRC=${SRC:-$(dirname "$0")/..}
PYTHON=${PYTHON:-/usr/bin/python3}
EPSILON=0.3
TIME=${TIME:-300}
tmp=$(mktemp -d) && trap 'rm -rf "$tmp"' EXIT

"$PYTHON" -c 'import scipy' 2>/dev/null || echo "no SciPy: ours alone" >&2

ours() { bench/bench_spectral "$1" $EPSILON "$tmp/g" "$tmp/$1" || echo -; }
peer() {
    timeout "$TIME" "$PYTHON" "$SRC/bench/spectral_peer.py" "$1" $EPSILON "$tmp/g" "$tmp/$1" \
        2>"$tmp/errors" || echo -
}
# error TRUTH ESTIMATE
error() {
    [ -s "$tmp/$1" ] && [ -s "$tmp/$2" ] &&
        "$PYTHON" "$SRC/bench/spectral_peer.py" error "$tmp/$1" "$tmp/$2" 2>/dev/null || echo -
}
ratio() { echo "$1 $2" | awk '{ print $1 == "-" || $2 == "-" ? "-" : sprintf("%.0f", $1 / $2) }'; }

# bench NAME SIZE graph-gen-arguments...: SIZE small runs everything, medium no pseudo-inverse,
# large the projections alone
bench() {
    name=$1 size=$2
    shift 2
    rm -f "$tmp"/*
    src/graph-gen -q "$@" -o "$tmp/g" || exit 1
    edges=$(grep -vc '^#' "$tmp/g")
    exact=- pinv=- splu=-
    default=$(ours default)
    [ "$size" = large ] || { exact=$(ours exact) splu=$(peer splu); }
    [ "$size" = small ] && pinv=$(peer pinv)
    project=$(peer project)
    printf '%-22s %8s %9s %9s %9s %9s %9s %9s %8s %8s\n' "$name" "$edges" "$exact" "$default" \
        "$(error exact default)" "$pinv" "$splu" "$project" "$(ratio "$splu" "$exact")" \
        "$(ratio "$project" "$default")"
}

printf '%-22s %8s %9s %9s %9s %9s %9s %9s %8s %8s\n' graph edges exact default error pinv splu \
    project splu/ex proj/def
bench "ER 2000" small er --nodes=2000 --edges=8000
bench "BA 3000 x 2" small ba --nodes=3000 --attach=2
bench "grid 50 x 50" small grid --rows=50 --cols=50
bench "BA 10000 x 4" medium ba --nodes=10000 --attach=4
bench "grid 120 x 120" medium grid --rows=120 --cols=120
bench "R-MAT 13" medium rmat --scale=13
bench "grid 707 x 707" large grid --rows=707 --cols=707
bench "BA 100000 x 10" large ba --nodes=100000 --attach=10
bench "BA 500000 x 2" large ba --nodes=500000 --attach=2
bench "R-MAT 16" large rmat --scale=16
