#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# tf-complete: what it learns, what it writes, what it refuses; what the completion tools share.
. "$SRC/tests/cli/lib.sh"
. "$SRC/tests/cli/completelib.sh"

tensor-gen -q --dims=4x5x6 --cp-rank=2 --norm=11 --observe=60 --truth=truth.npy -o o.tns

follows_golden tf

# a planted rank-1 tensor is found, one component is large, and filling with zeros fails
tensor-gen -q --dims=8x8x8 --cp-rank=1 --norm=20 --observe=120 --truth=one.npy -o one.tns
expect 0 tf-complete -n 4000 --tol=1e-5 --init-std=0.001 --truth=one.npy --log=log \
    --log-every=200 -o found.tns one.tns
says '^tf-complete: order 3, 120 observations, 1536 parameters: loss .* reconstruction error [0-9.e-]+, 0\.[0-9]+ for filling with 0$'
holds "$(column reconstruction log) < 0.02" "a rank-1 tensor"
holds "$(column zero_fill log) > 0.5" "filling with zeros"
holds "$(column norm1 log) > 19 && $(column norm2 log) < 0.2" "its components"
head -n 1 log >out
prints 'iteration\tloss\treconstruction\tzero_fill\tnorm1\tnorm2\tnorm3\tnorm4\tnorm5\tnorm6\tnorm7\tnorm8\tnorm9\tnorm10\tseconds\n'
cut -f 1 log | tr '\n' ' ' >out
prints 'iteration 0 200 400 600 800 893 '
sed -n '1p; 2p; $p' found.tns | sed 's/^\([0-9] [0-9] [0-9]\) .*/\1/' >out
prints '# dims: 8 8 8\n1 1 1\n8 8 8\n'
[ "$(wc -l <found.tns)" = 513 ] || fail "not all entries: $(wc -l <found.tns)"

# the loss of the log is the mean square of what is written, --at keeps the order of its file
expect 0 tf-complete -q -n 50 --log=log -o all.tns o.tns
sed 's/ [^ ]*$//' o.tns | tail -n +2 | sort -r >at
expect 0 tf-complete -q -n 50 --at=at -o at.tns o.tns
cut -d ' ' -f 1-3 at.tns | tail -n +2 >got
same "--at: the order" got at
grep -v '^#' at.tns | while read -r line; do
    grep -Fqx -e "$line" all.tns || echo "$line"
done >out
prints ''
expect 0 tf-complete -q -n 50 --at=o.tns -o at.tns o.tns
tail -n +2 o.tns >o.rest
tail -n +2 at.tns | paste -d ' ' o.rest - >both
mean=$(awk '{ s += ($4 - $8) ^ 2 } END { printf "%.17g", s / NR }' both)
holds "($mean - $(column loss log)) ^ 2 < 1e-24" "the loss"

# indices from 0, arrays
awk '/^#/ { print; next } { print $1 - 1, $2 - 1, $3 - 1, $4 }' o.tns >zero.tns
expect 0 tf-complete -q -n 50 --index-base=0 zero.tns
awk '/^#/ { print; next } { print $1 + 1, $2 + 1, $3 + 1, $4 }' out >got
same "--index-base=0" got all.tns
expect 0 tf-complete -q -n 50 -o all.npy o.tns
expect 0 tf-complete -q -n 50 --format=npy o.tns
same "--format=npy and a name that ends in .npy" out all.npy
gzip -k o.tns
expect 0 sh -c 'tf-complete -q -n 50 - <o.tns.gz'
same "compressed standard input" out all.tns

# another for another seed, in every way to train
while read -r options; do
    # shellcheck disable=SC2086
    expect 0 tf-complete -q -n 60 --tol=0 $options -o made o.tns
    # shellcheck disable=SC2086
    expect 0 tf-complete -q -n 60 --tol=0 -s 2 $options -o other o.tns
    differ "$options: the seed does not matter" made other
done <<'L'
--precision=single
--batch=7 --loss=l1
--optimizer=gd --momentum=0.9 --weight-decay=0.1
--optimizer=adam --loss=huber --huber-delta=0.1 --rank=3 --init-mean=0.5
L

# a run that was cut is the run that was not, in files and table
head -n 40 o.tns >train.tns
{ head -n 1 o.tns && tail -n 20 o.tns; } >val.tns
while read -r options; do
    set -- tf-complete -q --tol=0 --log-every=10 --val=val.tns --test=val.tns
    # shellcheck disable=SC2086
    expect 0 "$@" $options -n 100 --factors=whole --log=whole.log -o whole.tns train.tns
    # shellcheck disable=SC2086
    expect 0 "$@" $options -n 53 --checkpoint=state -o half.tns train.tns
    # shellcheck disable=SC2086
    expect 0 "$@" $options -n 100 --resume=state --factors=part --log=part.log -o part.tns train.tns
    same "$options: resumed" part.tns whole.tns
    for mode in 1 2 3; do
        same "$options: resumed, mode $mode" "part.mode$mode.npy" "whole.mode$mode.npy"
    done
    tail -n 5 whole.log | cut -f 1-14 >want
    tail -n 5 part.log | cut -f 1-14 >got
    same "$options: resumed, log" got want
done <<'L'
--optimizer=adaptive
--optimizer=gd --momentum=0.9
--optimizer=adam --batch=7
--precision=single --optimizer=adam
L
expect 0 tf-complete -q -n 0 --load=whole -o again.tns --optimizer=adam train.tns
expect 0 tf-complete -q -n 0 --load=whole --factors=copy -o /dev/null train.tns
same "factors go in and out" copy.mode2.npy whole.mode2.npy
expect 2 tf-complete -n 100 --resume=state train.tns
complains 'tf-complete: state: its precision is single, here it is double'
expect 1 tf-complete --precision=single --optimizer=adam -r 3 --resume=state train.tns
says '^tf-complete: state: its factor1 is mode1 4 x 20, here it is mode1 4 x 3$'
expect 0 tf-complete --precision=single --optimizer=adam -n 53 --lr=0.5 --resume=state train.tns
says 'warning: state was made with --lr=0.01 .*, here it is --lr=0.5'
head -c 200 state >cut.state
expect 1 tf-complete --precision=single --optimizer=adam --resume=cut.state train.tns
says '^tf-complete: cut.state: '

# --patience stops, and what is written is the state with the best validation loss, the same when the run
# was cut before or after it; --strict
set -- tf-complete --optimizer=adam --lr=0.03 --precision=single --tol=0 --log-every=10 --val=val.tns \
    --test=val.tns
expect 0 "$@" -n 100000 --patience=100 --factors=whole --log=log --report=r.json -o whole.tns train.tns
best=$(sed -n 's/.*"best_iteration": \([0-9]*\).*/\1/p' r.json)
says "loss .* after $best iterations, the best of $((best + 100)) \\(patience\\)"
awk -v best="$best" 'NR > 1 { x[$1] = $3 } END { for (i in x) if (x[i] < x[best]) exit 1 }' log ||
    fail "--patience: $best is not the best"
[ "$best" -gt 10 ] || fail "--patience: $best is too early for these tests"
grep -Fq "\"iterations\": $((best + 100))," r.json || fail "--patience: $(cat r.json)"
expect 0 "$@" -n "$best" --factors=until --report=until.json -o until.tns train.tns
same "--patience: the best" whole.tns until.tns
same "--patience: the best factors" whole.mode2.npy until.mode2.npy
for name in loss val_loss test_mse; do
    sed -n "s/.*\"$name\": \([^,]*\),.*/\1/p" r.json >got
    sed -n "s/.*\"$name\": \([^,]*\),.*/\1/p" until.json >want
    same "--patience: $name" got want
done
for cut in $((best - 7)) $((best + 53)); do
    expect 0 "$@" -n "$cut" --patience=100 --checkpoint=state -o half.tns train.tns
    expect 0 "$@" -n 100000 --patience=100 --resume=state -o part.tns train.tns
    says "after $best iterations, the best of $((best + 100)) "
    same "--patience: cut after $cut" part.tns whole.tns
done
same "--patience: the best at the end of iterations" half.tns whole.tns
expect 0 "$@" -n "$cut" --checkpoint=state -o half.tns train.tns
expect 0 "$@" -n 100000 --patience=100 --resume=state -o part.tns train.tns
says "warning: state was made without --patience; the best is sought from iteration $cut$"
expect 3 tf-complete -q --strict -n 100000 --optimizer=gd --lr=1 --log-every=10 --val=val.tns \
    --patience=100 --report=r.json -o /dev/null train.tns
says '^tf-complete: the loss is .* after iteration [0-9]+, not below 1e-06$'
grep -Fq '"end": "patience"' r.json || fail "--patience: $(cat r.json)"
expect 0 tf-complete -q --strict -n 100000 --tol=0.1 -o /dev/null o.tns

# measurements
tensor-gen -q --dims=4x4x4 --cp-rank=1 --norm=8 --sensing=X.npy --targets=y.npy --observe=60 \
    --truth=measured.npy
expect 0 tf-complete -n 3000 --tol=1e-5 -d 4x4x4 --sensing=X.npy --targets=y.npy --lr=0.02 \
    --truth=measured.npy --report=r.json --log=log -o /dev/null
says '^tf-complete: order 3, 60 measurements, .*, 1 for filling with 0$'
holds "$(column reconstruction log) < 0.1" "measurements"

# --init-std=auto: the table of what was tried
expect 0 tf-complete --init-std=auto -n 1500 --tol=1e-5 --val=one.tns --log=log --report=r.json \
    -o /dev/null one.tns
says '^tf-complete: --init-std=0.005: [0-9]+ iterations, loss .*: chosen$'
grep -Eq '^# 0.005	.*	chosen$' log || fail "--init-std=auto: log"
grep -Fq '"trials": [{"init_std": 0.01, ' r.json || fail "--init-std=auto: $(cat r.json)"
expect 0 tf-complete -q --init-std=auto -n 500 -j 1 -o auto1 o.tns
expect 0 tf-complete -q --init-std=auto -n 500 -j 2 -o auto2 o.tns
same "--init-std=auto: 2 threads" auto2 auto1

# degenerate input
printf '1 1 5\n' >single
expect 0 tf-complete -q --tol=1e-20 --optimizer=gd single
holds "($(awk '!/^#/ { print $3 }' out) - 5) ^ 2 < 1e-12" "one entry"
printf '2 1 1\n1 1 2\n' >full
expect 0 tf-complete -q -n 10 full
[ "$(wc -l <out)" = 3 ] || fail "a tensor that is fully observed"
expect 0 tf-complete -q -n 10 truth.npy -o /dev/null

# malformed input: text, what the error says
while IFS='|' read -r text problem; do
    # shellcheck disable=SC2059
    printf "$text" >bad
    expect 1 tf-complete -n 1 bad
    says "^tf-complete: bad$problem"
done <<'L'
|: no observation
# nothing\n|: no observation
1 1 1\n0 1 2\n|:2: 
1 1 1\n1 2 nan\n|:2: 
1 1 1\n1 2 inf\n|:2: 
1 1 1\n1 2 3 4\n|:2: 
1 1 1\n1 x 3\n|:2: 
1 1 1\n1 2 3x\n|:2: 
1 1 1\n2 1 4\n1 1 2\n|:3: .*line 1
# dims: 2 2\n3 1 1\n|:2: 
1 4294967296 1\n|:1: 
L
printf '1 1 9 1\n' >far
printf '1 1\n' >short
printf '1 1 9\n' >away
expect 1 tf-complete --val=far o.tns
complains 'tf-complete: far: index 3 of entry 1 is 9, but dimension 3 of o.tns is 6'
expect 1 tf-complete --test=short o.tns
complains 'tf-complete: short: a tensor of 1, but o.tns has 4x5x6'
expect 1 tf-complete --at=away o.tns
complains 'tf-complete: away: index 3 of entry 1 is 9, but dimension 3 of o.tns is 6'
expect 1 tf-complete --truth=one.npy o.tns
complains 'tf-complete: one.npy: a tensor of 8x8x8, but o.tns has 4x5x6'
expect 1 tf-complete --truth=o.tns o.tns
says '^tf-complete: o.tns: 60 of 120 entries are missing'
expect 1 tf-complete -d 4x5x5 o.tns
says '^tf-complete: o.tns:[0-9]+: '
expect 1 tf-complete -d 4x4x5 --sensing=X.npy --targets=y.npy
complains 'tf-complete: X.npy: an array of shape (60, 12), expected rows of 13 numbers, the sum of --dims'
expect 1 tf-complete -d 4x4x4 --sensing=X.npy --targets=X.npy
complains 'tf-complete: X.npy: an array of shape (60, 12), but X.npy has 60 measurements'
expect 1 tf-complete --load=nothing o.tns
complains 'tf-complete: nothing.mode1.npy: cannot open: No such file or directory'
expect 1 tf-complete --load=whole -r 4 o.tns
complains 'tf-complete: whole.mode1.npy: an array of shape (4, 20), expected (4, 4)'

# options that say nothing or contradict each other
while read -r options; do
    # shellcheck disable=SC2086
    expect 2 tf-complete $options o.tns
    [ "$(grep -c '^tf-complete: ' err)" = 1 ] || fail "$options: $(cat err)"
done <<'L'
--load=whole --init-std=1
--load=whole --resume=state
--resume=state --init-mean=1
--init-std=auto --checkpoint=state
--init-std=-1
--momentum=0.5
--huber-delta=2
--patience=3
--top=3
--strict --tol=0
--at=at -o x.npy
--at=at --format=npy
--val=- --test=-
--sensing=X.npy
--sensing=X.npy --targets=y.npy
--sensing=X.npy --targets=y.npy -d 4x4x4
--loss=l3
--optimizer=sgd
--rank=0
--dims=4x0
--batch=0
--lr=0
--index-base=2
--log=x --checkpoint=x
--log=x -o x
-d 1000x1000x101
--factors=x --log=x.mode1.npy
L
[ -e x ] && fail "a usage error leaves an output"
expect 2 tf-complete -d 1000x1000x101 -r 1 o.tns
complains 'tf-complete: the tensor has more than 10^8 entries; --at=FILE writes those at the coordinates in FILE'
printf '1 1 1\n' >where
expect 0 tf-complete -q -n 2 -d 1000x1000x101 -r 1 --at=where o.tns
[ "$(wc -l <out)" = 2 ] || fail "--at in a large tensor"
expect 2 tf-complete -n 2 -d 1000x1000x101 --at=where o.tns
complains 'tf-complete: --rank is needed: by default it would be the product of all dimensions but the largest, which is more than 10000'

# a loss that is not finite, in every way to train; before any step no --lr helps
diverges 30 tf-complete o.tns
diverges 30 tf-complete --batch=7 o.tns
diverges 30 tf-complete --precision=single o.tns
printf '1 1 1e300\n2 2 -1.7e308\n' >large.tns
expect 1 tf-complete --checkpoint=nothing -o none large.tns
complains 'tf-complete: the loss is not finite at iteration 0, before any step: the observed values or the first parameters are too large'
[ ! -e none ] && [ ! -e nothing ] || fail "an output although the loss is not finite"
expect 0 tf-complete -q -n 5 --loss=l1 --tol=0 -o large large.tns

# a full disk, a closed pipe
if [ -e /dev/full ]; then
    expect 1 sh -c 'tf-complete -q -n 5 o.tns >/dev/full'
    says 'No space left'
    expect 1 tf-complete -q -n 5 --factors=unwritten --log=/dev/full o.tns
    [ -e unwritten.mode1.npy ] && fail "a full disk leaves a factor"
    expect 1 tf-complete -q -n 5 --checkpoint=/dev/full -o unwritten o.tns
    [ -e unwritten ] && fail "a full disk under the checkpoint leaves an output"
fi
{ tf-complete -q -n 0 -r 1 -d 100x100x100 o.tns; echo $? >status; } 2>err | head -n 1 >out
[ "$(cat status)" = 141 ] || fail "closed pipe: exit $(cat status)"
[ -s err ] && fail "closed pipe: $(cat err)"

# SIGINT, once the first checkpoint is there: what was cut goes on
if env --default-signal=INT true 2>/dev/null; then
    set -- tf-complete --tol=0 --optimizer=gd --lr=1e-6
    env --default-signal=INT "$@" -n 1000000000 --checkpoint=going -o cut.tns o.tns >out 2>err &
    pid=$!
    for _ in $(seq 600); do
        [ -e going ] && break
        sleep 0.1
    done
    kill -INT $pid
    wait $pid
    status=$?
    [ $status = 130 ] || fail "SIGINT: exit $status"
    grep -Eq '^tf-complete: interrupted after iteration [0-9]+$' err || fail "SIGINT: $(cat err)"
    [ "$(wc -l <cut.tns)" = 121 ] || fail "SIGINT: no results"
    at=$(sed -n 's/.*interrupted after iteration //p' err)
    expect 0 "$@" -q -n "$((at + 100))" --resume=going -o resumed.tns o.tns
    expect 0 "$@" -q -n "$((at + 100))" -o whole.tns o.tns
    same "resumed after SIGINT" resumed.tns whole.tns
fi

# the report
expect 0 tf-complete -q -n 5 --report=r.json -o /dev/null o.tns
for key in tool version options input output results seconds peak_bytes; do
    grep -q "\"$key\": " r.json || fail "--report: no $key"
done
finish
