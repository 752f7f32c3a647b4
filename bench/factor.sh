#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Iterations of the factorizations: ours and the same sizes in PyTorch by the fastest of several ways
# (factor_peer.py), in seconds, and their ratio. Arguments: names of cases; all by default.
#
# The peer of completion by CP is PyTorch, as Debian has no library for sparse tensors: neither SPLATT nor
# the Tensor Toolbox or GenTen is packaged, and what is (xtensor, Halide, R's tensor) is for dense ones.
# Much of PyTorch's time for the smallest models, mf 2 x 2 first of all, is that of the interpreter and of
# the bookkeeping for gradients: the ratio there says what a program without them gains, not how
# fast the arithmetic is.
SRC=${SRC:-$(dirname "$0")/..}
python=${PYTHON:-/usr/bin/python3}

peer=
if "$python" -c 'import torch' 2>/dev/null; then
    peer=$SRC/bench/factor_peer.py
else
    echo "(PyTorch is not installed)"
fi

# compare KIND ROW...: the row with PyTorch's seconds, how much longer that takes, and its way
compare()
{
    kind=$1 order=$3 dim=$4 count=$5 width=$6 batch=$7 precision=$8 seconds=$9
    shift
    row=$(printf '%s\t' "$@")
    [ "$kind" = mf ] && order=$dim
    [ "$batch" -gt 0 ] && count=$batch
    "$python" "$peer" "$kind" "$order" "$dim" "$width" "$count" "$precision" 0.3 |
        awk -F '\t' -v row="$row" -v ours="$seconds" '{ printf "%s%.3g\t%.3g\t%s\n", row, $1, $1 / ours, $2 }'
}

measure()
{
    bench/bench_factor "$@" | while IFS= read -r line; do
        # shellcheck disable=SC2086
        case $peer,$line in
        ,* | *,'#'*) printf '%s\n' "$line" ;;
        *,case*) printf '%s\ttorch\tratio\thow\n' "$line" ;;
        *,cp*4*1000*) compare cp $line && compare onehot $line ;;
        *,cp* | *,rank* | *,count* | *,order*) compare cp $line ;;
        *,mf*) compare mf $line ;;
        *,htf"$tab"[34]"$tab"*) compare htf $line ;;
        *) printf '%s\n' "$line" ;;
        esac
    done
}

tab=$(printf '\t')
[ $# -gt 0 ] || set -- ''
for name; do
    measure "$name" || exit
done
