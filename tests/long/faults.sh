#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every call of every tool fails once; kills at every call and at random moments; the quick version is
# tests/cli/faults.sh. FAULTS_ROUNDS=N: random kills of each kind, 500 by default.
. "$SRC/tests/cli/lib.sh"
. "$SRC/tests/faults/rounds.sh"
prepare

cases >list
while read -r command; do
    # shellcheck disable=SC2086
    set -- $command
    begin "$@"
    for n in 0 1 2 3 4 5 6 7; do # of the first calls each takes one byte, or is interrupted, once
        run_round trickle:$n "$@"
    done
    counts=
    for kind in alloc write read open map name kill term; do
        every_call $kind "$@"
        counts="$counts $kind $((n - 1))"
    done
    echo "$command:$counts"
done <list

# kills at random moments, of runs that write megabytes and of many checkpoints
graph-gen -q -o g er --nodes=20000 --edges=100000
tensor-gen -q --dims=12x12x12 --cp-rank=2 --observe=500 -o t.tns
random_kills()
{
    begin "$@"
    start=$(date +%s%N)
    "$@" >stdout 2>err
    took=$((($(date +%s%N) - start) / 1000))
    awk -v n="${FAULTS_ROUNDS:-500}" -v took="$took" \
        'BEGIN { srand(1); for (i = 0; i < n; i++) printf "%.6f\n", rand() * took * 1.2e-6 }' >moments
    killed=0
    while read -r moment; do
        for signal in KILL TERM; do
            clear_outputs
            fault="$signal after $moment s"
            timeout -s $signal "$moment" "$@" >stdout 2>err </dev/null
            [ $? = 0 ] || killed=$((killed + 1))
            are_whole
            [ $signal = KILL ] || no_drafts
        done
    done <moments
    echo "$name: killed $killed times"
}
random_kills wis-sparsify -q -m random -k 50% -o d/out --order-file=d/order g
random_kills tf-complete -q -n 40 -r 4 --tol=0 --log-every=1 -o d/out --checkpoint=d/state --factors=d/f t.tns
finish
