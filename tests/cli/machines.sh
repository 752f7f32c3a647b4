#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Kernels for machines that this one is more than: with WALKRANK_CPU the unit tests of kernels pass
# again, and the tools train to about the same.
. "$SRC/tests/cli/lib.sh"
OMP_NUM_THREADS=1
UNIT_SHARE=4
export OMP_NUM_THREADS UNIT_SHARE

for cpu in x86-64 x86-64-v3; do
    for test in panel padded padded64 spmm edge_weights models cp htf; do
        program=$BUILD/tests/unit/test_$test
        [ -e "$program" ] || continue # without Check
        WALKRANK_CPU=$cpu "$program" >out 2>&1 || {
            cat out
            fail "$cpu: test_$test"
        }
    done
done

# trained CPU COMMAND...: the losses that the log of the command has
trained()
{
    cpu=$1
    shift
    WALKRANK_CPU=$cpu expect 0 "$@" --log=log
    awk 'NR == 1 { for (i = 1; i <= NF; i++) if ($i ~ /loss/) col = i } NR > 1 { print $col }' log
}

# close NAME ONE OTHER: as many numbers, each within a thousandth
close()
{
    paste "$2" "$3" | awk 'NF != 2 || $1 - $2 > 1e-3 * $1 || $2 - $1 > 1e-3 * $1 { bad = 1 }
        END { exit bad || NR < 5 }' || fail "$1"
}

graph-gen -q sbm --blocks=4x500 --p-in=0.01 --p-out=0.001 --labels=y --features=f.npy -o g
tensor-gen -q --dims=9x9x9x9 --cp-rank=3 --observe=900 -o t.tns
for tool in 'gnn-train -q -f f.npy -y y -m gin --hidden=20 --epochs=8 g' 'gnn-train -q -f f.npy -y y -m gat --epochs=8 g' \
    'tf-complete -q -r 7 -n 40 --tol=0 --log-every=5 t.tns' 'htf-complete -q -n 40 --tol=0 --log-every=5 t.tns'; do
    # shellcheck disable=SC2086
    for cpu in x86-64 x86-64-v3 x86-64-v4; do trained $cpu $tool >"$cpu"; done
    close "$tool: x86-64-v3" x86-64 x86-64-v3
    close "$tool: x86-64-v4" x86-64 x86-64-v4
done

WALKRANK_CPU='' expect 0 walkindex g
WALKRANK_CPU=i486 expect 2 walkindex g
complains "walkindex: the environment's WALKRANK_CPU is 'i486', not x86-64, x86-64-v3 or x86-64-v4"
finish
