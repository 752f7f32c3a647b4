#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# mf-complete: what it learns, tracks, writes and refuses. What it shares with tf-complete is tested
# there.
. "$SRC/tests/cli/lib.sh"
. "$SRC/tests/cli/completelib.sh"

follows_golden mf

# a planted matrix of rank 1
tensor-gen -q --dims=12x10 --matrix-rank=1 --norm=10 --observe=70 --truth=truth.npy -o o.tns
expect 0 mf-complete -n 20000 --lr=0.3 --init-std=0.1 --truth=truth.npy --log=log --top=3 \
    -o found.npy o.tns
says '^mf-complete: order 2, 70 observations, 320 parameters: loss .* \(tolerance\) .* for filling with 0$'
holds "$(column reconstruction log) < 0.05" "a rank-1 matrix"
holds "$(column effective_rank log) < 1.2 && $(column sigma2 log) < 0.5" "its rank"
holds "$(column spectral log) > 9 && $(column spectral log) == $(column sigma1 log)" "its norm"
head -n 1 log >out
prints 'iteration\tloss\treconstruction\tzero_fill\tsigma1\tsigma2\tsigma3\teffective_rank\tnuclear\tfrobenius\tspectral\tseconds\n'

# what is written is the product of the factors; the log's numbers are those of that matrix
if /usr/bin/python3 -c 'import numpy' 2>err; then
    expect 0 mf-complete -q -n 30 --init-std=0.5 --depth=4 --factors=f --log=log -o w.npy \
        --track=1,1 --track='12,10;3,4' o.tns
    /usr/bin/python3 - <<'P' || fail "factors, measures"
import numpy
w = numpy.load("f.layer1.npy")
for k in (2, 3, 4):
    w = numpy.load(f"f.layer{k}.npy") @ w
assert abs(w - numpy.load("w.npy")).max() < 1e-12
log = numpy.genfromtxt("log", names=True, delimiter="\t")[-1]
s = numpy.linalg.svd(w)[1]
p = s / s.sum()
near = lambda name, x: abs(log[name] - x) < 1e-10 or exit(name)
near("w_1_1", w[0, 0]), near("w_12_10", w[11, 9]), near("w_3_4", w[2, 3])
near("sigma1", s[0]), near("sigma10", s[9]), near("nuclear", s.sum())
near("frobenius", numpy.sqrt((s * s).sum())), near("spectral", s[0])
near("effective_rank", numpy.exp(-(p * numpy.log(p)).sum()))
P
fi

# initializations, before the first step
printf '1 2 1\n2 1 1\n2 2 0\n' >two.tns
expect 0 mf-complete -q -n 0 --init=identity --init-std=0.125 two.tns
prints '# dims: 2 2\n1 1 0.125\n1 2 0\n2 1 0\n2 2 0.125\n'
for sign in positive negative; do
    for init in gaussian balanced; do
        for seed in 1 2 3 4; do
            expect 0 mf-complete -q -n 0 -s $seed --init=$init --init-std=0.5 --det=$sign two.tns
            awk -v sign=$sign '!/^#/ { w[NR] = $3 } END {
                d = w[2] * w[5] - w[3] * w[4]; exit !(sign == "positive" ? d > 0 : d < 0) }' out ||
                fail "--det=$sign --init=$init: $(cat out)"
        done
    done
done

# norms grow while the loss falls: the unobserved entry of a 2 x 2 matrix is implicitly driven away
expect 0 mf-complete -q --det=positive --init=balanced --init-std=0.01 --lr=0.05 -n 60000 --tol=0 \
    --track=1,1 --log=log -o /dev/null two.tns
holds "$(column w_1_1 log) > 2 || $(column w_1_1 log) < -2" "the unobserved entry"
holds "$(column loss log) < 0.01 && $(column effective_rank log) < 1.6" "low rank"

# a run that was cut, threads
while read -r options; do
    # shellcheck disable=SC2086
    expect 0 mf-complete -q --tol=0 -j 2 $options -n 60 -o whole o.tns
    # shellcheck disable=SC2086
    expect 0 mf-complete -q --tol=0 $options -n 31 --checkpoint=state -o /dev/null o.tns
    # shellcheck disable=SC2086
    expect 0 mf-complete -q --tol=0 -j 1 $options -n 60 --resume=state -o part o.tns
    same "$options: resumed" part whole
done <<'L'
--momentum=0.9
--optimizer=adam --batch=9 --precision=single
--optimizer=adaptive --depth=2
L

# what it refuses
tensor-gen -q --dims=3x3x3 --cp-rank=1 -o cube.tns
expect 1 mf-complete cube.tns
complains 'mf-complete: cube.tns: a tensor of order 3, expected a matrix; tf-complete completes tensors'
expect 2 mf-complete --det=positive o.tns
complains 'mf-complete: --det: a 12 x 10 matrix has no determinant, expected a square one'
expect 2 mf-complete --track=13,1 --log=log o.tns
complains 'mf-complete: --track: 13,1 is not in the 12 x 10 matrix'
expect 2 mf-complete --resume=state --depth=2 --precision=double o.tns
expect 1 mf-complete --resume=state --depth=3 --optimizer=adaptive o.tns
says '^mf-complete: state: its factors is 2, here it is 3$'
while read -r options; do
    # shellcheck disable=SC2086
    expect 2 mf-complete $options o.tns
    [ "$(grep -c '^mf-complete: ' err)" = 1 ] || fail "$options: $(cat err)"
done <<'L'
--load=f --init=identity
--resume=state --det=any
--init=balanced --init-mean=1
--track=1,1
--track=1 --log=x
--track=0,1 --log=x
--track=1,1; --log=x
--track=1,1,1 --log=x
--depth=0
--depth=11
--dims=3x3x3
--sensing=X.npy
--rank=3
L
[ -e x ] && fail "a usage error leaves an output"

# a loss that is not finite
diverges 30 mf-complete o.tns

finish
