#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Training steps of networks: ours beside plain PyTorch (gnn_peer.py, its fastest variant), the same
# graph, features and sizes, both in single precision. On Debian's graph from datasets/; on Cora and
# DBLP where DATA has them; on a random graph as large as ogbn-arxiv, with dense features. Run in the
# build directory after make; BENCH_SECONDS bounds each measurement.
set -u
SRC=${SRC:-$(dirname "$0")/..}
DATA=${DATA:-$SRC/../shared/data}
PYTHON=${PYTHON:-/usr/bin/python3}
seconds=${BENCH_SECONDS:-3}
tmp=$(mktemp -d) && trap 'rm -rf "$tmp"' EXIT

"$PYTHON" -c 'import torch' 2>/dev/null || echo "no PyTorch: ours alone" >&2

# ours THREADS MODEL GRAPH FEATURES CLASSES: median milliseconds, and how many times the least that the
# machine's arithmetic and memory allow that is, where the products are what there is to do
ours()
{
    roofline=-r
    case $2 in gat | resgcn) roofline= ;; esac
    OMP_NUM_THREADS=$1 bench/bench_gnn $roofline -s "$seconds" -c "$5" -g "$3" -f "$4" "$2" |
        awk -F '\t' 'NR == 2 { print $3, (NF > 6 ? $9 : "-") }'
}

peer()
{
    "$PYTHON" "$SRC/bench/gnn_peer.py" "$1" "$2" "$3" "$seconds" 2>"$tmp/errors" || echo -
}

# bench NAME MODEL GRAPH FEATURES CLASSES
bench()
{
    one=$(ours 1 "$2" "$3" "$4" "$5") two=$(ours 2 "$2" "$3" "$4" "$5")
    peer "$2" "$3" "$4" | awk -F '\t' -v name="$1" -v model="$2" -v one="${one% *}" -v two="${two% *}" \
        -v roofline="${two#* }" '{
        best = one + 0 < two + 0 ? one : two
        if ($1 == "-") printf "%-10s %-8s %9s %9s %9s %9s %7s\n", name, model, one, two, roofline, "-", "-"
        else printf "%-10s %-8s %9s %9s %9s %9.2f %6.1fx  %s\n", name, model, one, two, roofline,
            1e3 * $1, 1e3 * $1 / best, $2
    }'
}

printf '%-10s %-8s %9s %9s %9s %9s %7s\n' graph model '1 thr/ms' '2 thr/ms' '/roofline' torch/ms ratio
for model in gcn gin gat sage resgcn mlp; do
    bench debian $model "$SRC/datasets/debian/edges.txt.gz" "$SRC/datasets/debian/features.svm.gz" 10
done
[ -e "$DATA/cora/edges.txt" ] && for model in gcn gin gat sage resgcn mlp; do
    bench cora $model "$DATA/cora/edges.txt" "$DATA/cora/features.svm" 7
done
[ -e "$DATA/dblp/edges.txt" ] && bench dblp gcn "$DATA/dblp/edges.txt" "$DATA/dblp/features.svm" 4

# 169 984 vertices in 16 blocks, about 1.2 million edges, 128 features, 40 classes
blocks=$(seq 16 | sed 's/.*/10624/' | paste -sd ,)
src/graph-gen -q sbm --blocks="$blocks" --p-in=0.0006 --p-out=0.000044 --features="$tmp/x.npy" \
    --feature-dim=128 --labels="$tmp/y.npy" -o "$tmp/g" &&
    bench arxiv-like gcn "$tmp/g" "$tmp/x.npy" 40
