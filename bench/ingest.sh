#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Reading an edge list: R-MAT of growing scale and Debian's graph, ours beside wc -l, igraph's C
# reader, NumPy and pandas. Run in the build directory; SCALES chooses.
set -u
SRC=${SRC:-$(dirname "$0")/..}
PYTHON=${PYTHON:-/usr/bin/python3}
SCALES=${SCALES:-16 18 20}
tmp=$(mktemp -d) && trap 'rm -rf "$tmp"' EXIT

# python NAME CODE FILE: seconds of CODE, which reads sys.argv[1]
python()
{
    "$PYTHON" - "$3" <<P 2>/dev/null || { printf '%s\t1\tpairs\tnot installed\n' "$1"; return; }
import sys, time
import $1
start = time.perf_counter()
$2
print("$1", 1, "pairs", f"{time.perf_counter() - start:.4f}", sep="\t")
P
}

bench()
{
    printf '\n%s: %s lines, %s bytes\n' "$1" "$(wc -l <"$2")" "$(wc -c <"$2")"
    {
        bench/bench_ingest -i "$2"
        python numpy 'numpy.loadtxt(sys.argv[1], dtype="uint32")' "$2"
        python pandas 'pandas.read_csv(sys.argv[1], sep="\t", header=None, comment="#", dtype="uint32")' "$2"
        [ "$(wc -l <"$2")" -gt 2000000 ] ||
            python networkx 'networkx.read_edgelist(sys.argv[1], nodetype=int)' "$2"
    } | if command -v column >/dev/null; then column -t -s "$(printf '\t')"; else cat; fi
}

gzip -dc "$SRC/datasets/debian/edges.txt.gz" >"$tmp/debian"
bench 'debian (embedded)' "$tmp/debian"
for scale in $SCALES; do
    src/graph-gen -q rmat --scale="$scale" --multi -o "$tmp/rmat" || exit 1
    bench "R-MAT $scale" "$tmp/rmat"
done
