#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Iterations of CP and of matrix products: ours with one thread and with two, the same sizes in PyTorch by
# the fastest of several ways (factor_peer.py), all in seconds, and how many times our better one that
# is; then its growth with rank, observations and order. Arguments: names of cases; all by default.
#
# The peer of completion by CP is PyTorch, as Debian has no library for sparse tensors: neither SPLATT nor
# the Tensor Toolbox or GenTen is packaged, and what is (xtensor, Halide, R's tensor) is for dense ones.
# Much of PyTorch's time for the smallest models, mf 2 x 2 first of all, is that of the interpreter and of
# the bookkeeping for gradients: the ratio there says what a program without them gains, not how
# fast the arithmetic is.
SRC=${SRC:-$(dirname "$0")/..}
python=${PYTHON:-/usr/bin/python3}
tab=$(printf '\t')
tmp=$(mktemp -d) && trap 'rm -rf "$tmp"' EXIT

peer=$SRC/bench/factor_peer.py
"$python" -c 'import torch' 2>/dev/null || {
    echo "no PyTorch: ours alone" >&2
    peer=
}

# compare KIND ROW...: the row with PyTorch's seconds, how many times ours that is, and its way
compare()
{
    kind=$1 order=$3 dim=$4 count=$5 width=$6 batch=$7 precision=$8 one=$9
    shift
    row=$(printf '%s\t' "$@")
    shift 10
    two=$1
    [ "$kind" = mf ] && order=$dim
    [ "$batch" -gt 0 ] && count=$batch
    "$python" "$peer" "$kind" "$order" "$dim" "$width" "$count" "$precision" 0.3 |
        awk -F '\t' -v row="$row" -v one="$one" -v two="$two" '
            { peer = sprintf("%.3g\t%.1f\t%s", $1, $1 / (one < two ? one : two), $2) }
            END { print row (peer ? peer : "-\t-\t-") }'
}

# ours first, nothing beside it: columns of one thread, then those of two
measure()
{
    for threads in 1 2; do
        OMP_NUM_THREADS=$threads bench/bench_factor "$@" >"$tmp/$threads" || return
        grep '^#' "$tmp/$threads"
    done
    grep -v '^#' "$tmp/2" | cut -f 8- | sed '1s/[a-z_]*/&_2/g' >"$tmp/two"
    grep -v '^#' "$tmp/1" | paste - "$tmp/two" | while IFS= read -r line; do
        # shellcheck disable=SC2086
        case $peer,$line in
        ,*) printf '%s\n' "$line" ;;
        *,case*) printf '%s\ttorch\tratio\thow\n' "$line" ;;
        *,cp"$tab"4*) compare cp $line && compare gathered $line && compare onehot $line ;;
        *,mf*) compare mf $line ;;
        *) compare cp $line ;;
        esac
    done
}

[ $# -gt 0 ] || set -- ''
for name; do
    measure "$name" || exit
done
