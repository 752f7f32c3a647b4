#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Full disks, no memory, short reads and kills at some of the calls that tools make; all of them are in
# tests/long/faults.sh.
. "$SRC/tests/cli/lib.sh"
. "$SRC/tests/faults/rounds.sh"
prepare

# calls_fail KIND COMMAND...: as every_call, and there is such a call
calls_fail()
{
    every_call "$@"
    [ "$n" -gt 1 ] || fault_fails "no call has failed"
}

# allocations fail: ever fewer of them, further on
stride=8
while read -r command; do
    # shellcheck disable=SC2086
    set -- $command
    begin "$@"
    run_round trickle:0 "$@"
    run_round trickle:7 "$@" # the first read takes one byte
    calls_fail alloc "$@"
done <<'L'
graph-gen -q -o d/out er --nodes=50 --edges=100
graph-convert -q --to=mtx -o d/out.zst g.gz
wis-sparsify -q -k 80% -o d/out -m wis g
walkindex -q -o d/out g
gnn-train -q --epochs=2 -H 4 -f f.svm -o d/out g
tensor-rank -q -o d/out truth.npy
htf-complete -q -n 3 --widths=2,2 -o d/out t.tns
L
stride=0

# every call on files fails
while read -r command; do
    # shellcheck disable=SC2086
    set -- $command
    begin "$@"
    for kind in write read open name; do
        calls_fail $kind "$@"
    done
    every_call map "$@"
done <<'L'
graph-convert -q -o d/out --relabel --map=d/map words
wis-sparsify -q -k 50% -o d/out g.mtx
L
set -- tf-complete -q -n 1 -r 2 -o d/out --checkpoint=d/state t.tns
begin "$@"
calls_fail write "$@"
[ "$n" -gt 2 ] || fail "no write of a checkpoint has failed"

# killed at every call on files; also where the file system knows no files without a name
set -- graph-convert -q -o d/out --relabel --map=d/map words
begin "$@"
every_call kill "$@"
[ "$n" -gt 10 ] || fail "no kill at a call"
FAULTS_NAMED=1
export FAULTS_NAMED
calls_fail write "$@"
calls_fail name "$@"
calls_fail term "$@"
unset FAULTS_NAMED

# a file that is read is also written: the output is what it is elsewhere
while read -r command; do
    # shellcheck disable=SC2086
    set -- $command
    begin "$@"
    cp "${command##* }" "$out"
    args=${command% *}
    # shellcheck disable=SC2086
    expect 0 $args "$out"
    same "$command: the output onto the input" "$out" "w/${out#d/}"
done <<'L'
graph-convert -q --to=mtx -o d/out g
wis-sparsify -q -k 50% -o d/out g
walkindex -q -o d/out g
gnn-train -q --epochs=2 -H 4 -f f.svm -o d/out g
tf-complete -q -n 3 -r 2 -o d/out t.tns
mf-complete -q -n 3 -o d/out m.tns
htf-complete -q -n 3 --widths=2,2 -o d/out t.tns
tensor-rank -q -o d/out t.full.tns
L
expect 0 tf-complete -q -n 3 -r 2 --at=val.tns -o val.tns t.tns
[ "$(wc -l <val.tns)" = 20 ] || fail "--at onto itself: $(wc -l <val.tns)"
tf-complete -q -n 2 -r 2 --checkpoint=on -o out t.tns
expect 0 tf-complete -q -n 4 -r 2 --resume=on --checkpoint=on --log-every=1 -o out t.tns
tf-complete -q -n 4 -r 2 --checkpoint=straight -o wanted t.tns
same "a checkpoint onto the one that is resumed" on straight

# folders that cannot be written to
mkdir closed
chmod 555 closed
for folder in nowhere closed /proc; do
    if [ ! -w $folder ] || [ $folder = /proc ]; then
        expect 1 graph-gen -q -o $folder/out famous:Bull
        says "^graph-gen: $folder/out: cannot "
        [ "$(wc -l <err)" = 1 ] || fail "$folder: $(cat err)"
        expect 1 tf-complete -q -n 3 -r 2 --checkpoint=$folder/state -o kept t.tns
        [ ! -e kept ] || fail "an output although the checkpoint could not be written"
    fi
done

finish
