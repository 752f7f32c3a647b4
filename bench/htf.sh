#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Iterations of hierarchical factorizations, tensors of dimension 16, 2048 observations, a binary tree of one
# width: growth with order and width, with one thread and two, beside the roofline (the operations at the speed
# of fused multiplies and adds in registers) and beside the same model in plain PyTorch (factor_peer.py, one or
# two threads, whichever is faster). PyTorch's time over ours is that of our better one. Run in the build
# directory after make.
set -u
SRC=${SRC:-$(dirname "$0")/..}
python=${PYTHON:-/usr/bin/python3}
tmp=$(mktemp -d) && trap 'rm -rf "$tmp"' EXIT

for threads in 1 2; do
    OMP_NUM_THREADS=$threads bench/bench_htf >"$tmp/$threads" || exit
    grep '^#' "$tmp/$threads" | cut -c 3-
done
"$python" -c 'import torch' 2>/dev/null || echo "no PyTorch: ours alone" >&2

printf 'order\twidth\tprecision\tMFLOP\tms, 1 thread\t%% of peak\tms, 2 threads\t%% of peak\ttorch ms\ttorch / ours\n'
grep -v -e '^#' -e '^order' "$tmp/1" >"$tmp/one"
grep -v -e '^#' -e '^order' "$tmp/2" | paste "$tmp/one" - |
    while IFS="$(printf '\t')" read -r order width precision _ one mflop _ share _ _ _ _ two _ _ share2; do
        torch=$("$python" "$SRC/bench/factor_peer.py" htf "$order" 16 "$width" 2048 "$precision" 2>/dev/null)
        awk -v OFS='\t' -v o="$order" -v w="$width" -v p="$precision" -v f="$mflop" -v a="$one" -v s="$share" \
            -v b="$two" -v t="$share2" -v peer="${torch:--}" 'BEGIN {
            best = a < b ? a : b
            print o, w, p, f, sprintf("%.3g", 1e3 * a), s, sprintf("%.3g", 1e3 * b), t,
                peer == "-" ? "-" OFS "-" : sprintf("%.3g\t%.1f", 1e3 * peer, peer / best)
        }'
    done
