#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# htf-complete: what it learns, measures, writes and refuses. What it shares with tf-complete is
# tested there.
. "$SRC/tests/cli/lib.sh"
. "$SRC/tests/cli/completelib.sh"

follows_golden htf

# a planted tensor of hierarchical rank 1 is found: one local component of each node is large, and
# filling with zeros fails
tensor-gen -q --dims=6x6x6x6 --htf-rank=1,1 --norm=36 --observe=300 --truth=truth.npy -o o.tns
expect 0 htf-complete --widths=12,12 -n 20000 --tol=1e-5 --init-std=0.05 --truth=truth.npy \
    --log=log --log-every=100 --top=2 -o found.tns o.tns
says '^htf-complete: order 4, 300 observations, 588 parameters: loss .* \(tolerance\) .* for filling with 0$'
holds "$(column reconstruction log) < 0.02" "a tensor of hierarchical rank 1"
holds "$(column zero_fill log) > 0.5" "filling with zeros"
for node in l1.n0 l1.n1 l2.n0; do
    holds "$(column $node.norm1 log) > 4 && $(column $node.norm2 log) < 0.02" "$node: components"
done
for node in l0.n0 l0.n1 l0.n2 l0.n3 l1.n0 l1.n1; do
    holds "$(column $node.sigma1 log) > 35 && $(column $node.effective_rank log) < 1.02" "$node: rank"
done
head -n 1 log | cut -f 1-13 >out
prints 'iteration\tloss\treconstruction\tzero_fill\tl1.n0.norm1\tl1.n0.norm2\tl1.n1.norm1\tl1.n1.norm2\tl2.n0.norm1\tl2.n0.norm2\tl0.n0.sigma1\tl0.n0.sigma2\tl0.n0.effective_rank\n'
sed -n '1p; 2p; $p' found.tns | sed 's/^\([0-9] [0-9] [0-9] [0-9]\) .*/\1/' >out
prints '# dims: 6 6 6 6\n1 1 1 1\n6 6 6 6\n'
[ "$(wc -l <found.tns)" = 1297 ] || fail "not all entries: $(wc -l <found.tns)"

# the log's spectra are those of the tensor that is written
tensor-rank -q --tree found.tns | tail -n +2 >ranks
paste ranks - <<L >both
$(for node in l0.n0 l0.n1 l0.n2 l0.n3 l1.n0 l1.n1; do
    printf '%s\t%s\n' "$(column $node.sigma1 log)" "$(column $node.effective_rank log)"
done)
L
awk 'function far(a, b) { return (a - b) ^ 2 > 1e-10 } far($6, $7) || far($5, $8)' both >out
prints ''

# --at in its order; all entries at once give the same numbers
sed 's/ [^ ]*$//' o.tns | tail -n +2 | sort -r >where
expect 0 htf-complete -q --widths=5,4 -n 20 -o all.npy --factors=f o.tns
expect 0 htf-complete -q --load=f -n 0 -o same.npy o.tns
same "factors go in and out, widths are those of the files" same.npy all.npy
expect 0 htf-complete -q --load=f -n 0 -o all.tns o.tns
expect 0 htf-complete -q --load=f -n 0 --at=where -o at.tns o.tns
cut -d ' ' -f 1-4 at.tns | tail -n +2 >got
same "--at: the order" got where
grep -v '^#' all.tns | sort >all
grep -v '^#' at.tns | sort | join -j 1 -t '|' - all | wc -l >out
prints "$(wc -l <where)\n"

# many slabs, and tuples in several parts: the whole tensor agrees with entries asked for alone
tensor-gen -q --dims=33x33x33x33 --htf-rank=2,2 --norm=1000 --observe=500 -o large.tns
expect 0 htf-complete -q --widths=4,3 --init-std=0.5 -n 3 --factors=g -o large.npy large.tns
printf '1 1 1 1\n7 20 3 5\n31 1 20 19\n32 13 13 13\n33 33 33 33\n' >where
expect 0 htf-complete -q --load=g -n 0 --at=where -o at.tns large.tns
if /usr/bin/python3 -c 'import numpy' 2>err; then
    /usr/bin/python3 - <<'P' || fail "slabs"
import numpy
w = numpy.load("large.npy")
assert w.shape == (33, 33, 33, 33)
for line in open("at.tns"):
    if not line.startswith("#"):
        i = [int(x) - 1 for x in line.split()[:4]]
        assert abs(w[tuple(i)] - float(line.split()[4])) < 1e-12 * abs(w).max()
P
fi

# trees: which factors there are
while read -r options; do
    rm -f t.*
    # shellcheck disable=SC2086
    expect 0 htf-complete -q $options -n 2 --factors=t -o /dev/null o.tns
    echo "with $options:" t.*
done >names <<'L'
--widths=2,3
--tree=half --widths=2,3
--tree=square --widths=2
--arity=3 --widths=2,3
L
sed 's/\.npy//g; s/t\.//g' names >out
prints 'with --widths=2,3: l0.n0 l0.n1 l0.n2 l0.n3 l1.n0 l1.n1 output
with --tree=half --widths=2,3: l0.n0 l0.n1 l0.n2 l0.n3 l1.n0 l1.n1 output
with --tree=square --widths=2: l0.n0 l0.n1 l0.n2 l0.n3 output
with --arity=3 --widths=2,3: l0.n0 l0.n1 l0.n2 l0.n3 l1.n0 l1.n1 output
'
expect 0 htf-complete -q -n 0 --report=r.json -o /dev/null o.tns
grep -Fq '"widths": "36,36", "arity": 2, "tree": "adjacent"' r.json || fail "default widths: $(cat r.json)"
# the same factors along another tree are another tensor
expect 0 htf-complete -q --load=f -n 0 --tree=half -o half.npy o.tns
differ "--tree makes no difference" half.npy all.npy

# a run that was cut is the run that was not
while read -r options; do
    set -- htf-complete -q --tol=0 --log-every=10 --widths=7,6
    # shellcheck disable=SC2086
    expect 0 "$@" --init-std=0.3 -n 60 $options -o whole o.tns
    # shellcheck disable=SC2086
    expect 0 "$@" --init-std=0.3 $options -n 33 --checkpoint=state -o part o.tns
    # shellcheck disable=SC2086
    expect 0 "$@" $options -n 60 --resume=state -o part o.tns
    same "$options: resumed" part whole
done <<'L'
--precision=single
--batch=7 --loss=l1
--optimizer=gd --momentum=0.9 --weight-decay=0.1 --tree=half
--optimizer=adam --loss=huber --huber-delta=0.1 --batch=50
L
expect 1 htf-complete --optimizer=adam --widths=7,6 --tree=half --resume=state o.tns
complains 'htf-complete: state: its model is htf adjacent 2, here it is htf half 2'
expect 1 htf-complete --optimizer=adam --widths=7,5 --resume=state o.tns
says '^htf-complete: state: its factor5 is l1.n0 7 x 6, here it is l1.n0 7 x 5$'

# a bonus keeps the spectrum between the first two modes and the last two from collapsing
set -- htf-complete -q --widths=12,12 -n 400 --tol=0 --init-std=0.05 --log=log -o /dev/null
expect 0 "$@" o.tns
holds "$(column l1.n0.effective_rank log) < 1.1" "without a bonus"
expect 0 "$@" --rank-bonus=0.01 --between=1,2 o.tns
holds "$(column l1.n0.effective_rank log) > 1.5" "--rank-bonus"
expect 2 htf-complete --rank-bonus=0.01 --between=1,3 o.tns
complains 'htf-complete: no node of the tree separates the modes of the bonus from the others'
expect 2 htf-complete --rank-bonus=0.01 --between=5 o.tns
complains 'htf-complete: --between: there is no mode 5, there are 4'

# degenerate input
printf '1 1 5\n' >single
expect 0 htf-complete -q --tol=1e-20 --init-std=0.5 --optimizer=gd single
holds "($(awk '!/^#/ { print $3 }' out) - 5) ^ 2 < 1e-12" "one entry"
printf '1 1\n3 2\n' >vector
expect 0 htf-complete -q --tol=1e-12 --init-std=0.5 --optimizer=gd --lr=0.05 vector
holds "($(awk '$1 == 1 { print $2 }' out) - 1) ^ 2 < 1e-9" "order 1"
holds "($(awk '$1 == 3 { print $2 }' out) - 2) ^ 2 < 1e-9" "order 1"

# malformed input: text, what the error says
while IFS='|' read -r text problem; do
    # shellcheck disable=SC2059
    printf "$text" >bad
    expect 1 htf-complete -n 1 bad
    says "^htf-complete: bad$problem"
done <<'L'
|: no observation
1 1 1\n0 1 2\n|:2: 
1 1 1\n1 2 nan\n|:2: 
1 1 1\n2 1 4\n1 1 2\n|:3: .*line 1
L
expect 1 htf-complete --load=nothing o.tns
complains 'htf-complete: nothing.l0.n0.npy: cannot open: No such file or directory'
expect 1 htf-complete --load=f --widths=5,5 o.tns
complains 'htf-complete: f.l1.n0.npy: an array of shape (5, 4), expected (5, 5)'

# options that say nothing or contradict each other
while read -r options; do
    # shellcheck disable=SC2086
    expect 2 htf-complete $options o.tns
    [ "$(grep -c '^htf-complete: ' err)" = 1 ] || fail "$options: $(cat err)"
done <<'L'
--widths=5
--widths=5,5,5
--widths=5,0
--widths=5,
--arity=1
--arity=3 --tree=square
--tree=binary
--rank=5
--sensing=X.npy
--load=f --init-std=1
--rank-bonus=0.1
--between=1,2
L
expect 2 htf-complete --widths=5 o.tns
complains 'htf-complete: --widths: 1, expected 2 for a tree of 4 modes'
printf '1 1 1 1\n' >three
expect 2 htf-complete --tree=square three
complains 'htf-complete: --tree: a square tree of 3 modes with arity 4, expected two squares such as 16 and 4'

# a loss that is not finite
diverges 30 htf-complete --widths=4,4 o.tns

finish
