#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Iterations of the factorizations: ours, then the same sizes in plain PyTorch, in seconds.
SRC=${SRC:-$(dirname "$0")/..}
python=${PYTHON:-/usr/bin/python3}

bench/bench_factor || exit

"$python" -c 'import torch' 2>/dev/null || {
    echo "(PyTorch is not installed)"
    exit 0
}
for precision in double single; do
    for case in 'cp 4 10 1000 2000' 'onehot 4 10 1000 2000' 'cp 3 8 64 100' 'mf 2 2 2 3' \
        'mf 2 2 3 3' 'mf 2 2 4 3' 'mf 100 100 3 2000' 'htf 3 16 512 2048' 'htf 4 16 512 2048' \
        'cp 784 2 5 5000'; do
        # shellcheck disable=SC2086
        seconds=$("$python" "$SRC/bench/factor_peer.py" $case $precision) || exit
        printf 'torch %s\t%s\t%s\n' "$case" "$precision" "$seconds"
    done
done
