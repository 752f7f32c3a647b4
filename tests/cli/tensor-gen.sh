#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# tensor-gen: what it writes, byte for byte, for small tensors, and what it refuses.
. "$SRC/tests/cli/lib.sh"

# every kind; these bytes are part of the interface
expect 0 tensor-gen -q --dims=2x3 --cp-rank=1
prints '# dims: 2 3\n1 1 -0.5209512770431173\n1 2 -0.11732700077004804\n1 3 0.7976884441798354\n2 1 -0.15208842901676572\n2 2 -0.03425287548894631\n2 3 0.232880093909623\n'
expect 0 tensor-gen --dims=3x3 --matrix-rank=1 --observe=4 --index-base=0
prints '# dims: 3 3\n0 2 0.19066909836283333\n1 1 -0.00818736304062518\n2 0 0.5269667702178406\n2 1 0.11868179113806274\n'
says '^tensor-gen: matrix-rank 1, order 2: 4 entries in [0-9.]+ s$'

# another for another seed
while read -r options; do
    # shellcheck disable=SC2086
    expect 0 tensor-gen -q -s 7 $options -o made
    # shellcheck disable=SC2086
    expect 0 tensor-gen -q $options -o other
    differ "$options: the seed does not matter" made other
done <<'L'
--dims=20x20x20x20 --cp-rank=5
--dims=20x20x20x20 --cp-rank=5 --observe=9000 --noise=0.1
--dims=9x9x9x9 --htf-rank=5,4 --noise=0.1
--dims=4x4x4x4x4x4x4x4x4 --htf-rank=3,2 --arity=3 --tree=half --observe=5000
--dims=1000000x1000000x1000000x1000000 --cp-rank=2 --observe=5000
L

# what is observed is part of the truth, with the norm that was asked for
tensor-gen -q --dims=5x6x7x2 --htf-rank=3,2 --norm=2.5 --observe=50 --truth=truth.tns -o o.tns
tail -n +2 truth.tns | sort >sorted
tail -n +2 o.tns | sort | comm -13 sorted - >out
prints ''
[ "$(wc -l <truth.tns)" = 421 ] || fail "--truth: $(wc -l <truth.tns) lines"
[ "$(wc -l <o.tns)" = 51 ] || fail "--observe: $(wc -l <o.tns) lines"
awk '{ s += $5 * $5 } END { printf "%.9f\n", sqrt(s) }' sorted >out
prints '2.500000000\n'
tensor-gen -q --dims=5x6x7x2 --htf-rank=3,2 --norm=2.5 --observe=420 | cmp -s - truth.tns ||
    fail "--observe of all entries differs from --truth"
tensor-gen -q --dims=5x6x7x2 --htf-rank=3,2 --norm=2.5 -o all.tns.gz --noise=0.001 --truth=t.npy
gzip -dc all.tns.gz | cut -d ' ' -f 1-4 | tail -n +2 >got
cut -d ' ' -f 1-4 truth.tns | tail -n +2 >want
same "a noisy tensor has all coordinates" got want

# arrays and measurements
expect 0 tensor-gen -q --dims=3x4x5 --cp-rank=2 --sensing=X.npy --targets=y.npy --observe=70 \
    --truth=T.npy
prints ''
expect 0 tensor-gen -q -j 1 --dims=3x4x5 --cp-rank=2 --sensing=X1.npy --targets=y1.npy --observe=70
same "measurements, 1 thread" X1.npy X.npy
same "what they measure, 1 thread" y1.npy y.npy
expect 0 tensor-gen -q --dims=3x4x5 --cp-rank=2 -o T2.npy
same "--truth and the whole tensor" T2.npy T.npy
if /usr/bin/python3 -c 'import numpy' 2>err; then
    /usr/bin/python3 - <<'P' || fail "measurements"
import numpy
X, y, T = numpy.load("X.npy"), numpy.load("y.npy"), numpy.load("T.npy")
assert X.shape == (70, 12) and y.shape == (70,) and T.shape == (3, 4, 5)
assert abs(numpy.einsum("ma,mb,mc,abc->m", X[:, :3], X[:, 3:7], X[:, 7:], T) - y).max() < 1e-14
t = numpy.loadtxt("truth.tns")
assert (numpy.load("t.npy").ravel() == t[:, 4]).all()
P
fi

# images: three of 2 x 2 pixels, the third like the first in two levels
printf '\000\000\010\003\000\000\000\003\000\000\000\002\000\000\000\002' >images
printf '\000\177\200\377\377\377\001\002\001\100\300\377' >>images
printf '\000\000\010\001\000\000\000\003\006\001\001' >labels
expect 0 tensor-gen --images=images --labels=labels --positive=6
prints '# dims: 2 2 2 2\n1 1 2 2 2\n2 2 1 1 0\n'
says '^tensor-gen: warning: 1 images equal one before them and are left out$'
says '^tensor-gen: order 4: 2 images, 1 of them positive, in [0-9.]+ s$'
gzip labels
expect 0 tensor-gen -q --images=images --labels=labels.gz --positive=1,7 --levels=4 --index-base=0
prints '# dims: 4 4 4 4\n0 1 2 3 0\n3 3 0 0 2\n0 1 3 3 2\n'
expect 0 tensor-gen -q --images=images --labels=labels.gz --positive=1 --levels=4 --observe=1
[ "$(wc -l <out)" = 2 ] || fail "--observe of images"
for what in data labels; do
    expect 0 tensor-gen -q --images=images --labels=labels.gz --positive=1 --levels=256 \
        --random=$what
    [ "$(wc -l <out)" = 4 ] || fail "--random=$what"
done
expect 1 tensor-gen --images=labels.gz --labels=labels.gz --positive=1
complains 'tensor-gen: labels.gz: an idx array of rank 1, expected 3'
head -c 20 images >short
expect 1 tensor-gen --images=short --labels=labels.gz --positive=1
complains 'tensor-gen: short: 4 bytes of data, expected 12'
printf '\000\000\010\001\000\000\000\001\006' >one
expect 1 tensor-gen --images=images --labels=one --positive=1
complains 'tensor-gen: one: 1 labels for the 3 images'

# usage errors name the option
usage()
{
    message=$1
    shift
    expect 2 tensor-gen -o never "$@"
    complains "tensor-gen: $message"
    [ -e never ] && fail "$*: a file after an error"
}
usage 'one of --cp-rank, --htf-rank, --matrix-rank and --images is needed'
usage '--cp-rank and --htf-rank exclude each other' --cp-rank=1 --htf-rank=2
usage '--cp-rank needs --dims' --cp-rank=2
usage "--dims: '' is not a dimension, expected an integer from 1 to 4294967295" --cp-rank=2 --dims=3x
usage "--dims: '0' is not a dimension, expected an integer from 1 to 4294967295" \
    --cp-rank=2 --dims=3x0
usage "--htf-rank: '2x' is not an integer from 1 to 32768" --htf-rank=3,2x --dims=3x3x3
usage '--htf-rank: widths: 1, expected 2, one for each level of the tree of 4 modes' \
    --htf-rank=2 --dims=3x3x3x3
usage '--matrix-rank needs two dimensions, such as --dims=20x30' --matrix-rank=2 --dims=2x2x2
usage 'the tensor has more than 10^8 entries; --observe=N writes N of them' \
    --cp-rank=2 --dims=1000x1000x1000
usage '--truth: the tensor has more than 10^8 entries' \
    --cp-rank=2 --dims=1000x1000x1000 --observe=5 --truth=t
usage '--observe: 5 entries of a tensor that has 4' --cp-rank=2 --dims=2x2 --observe=5
usage '--labels is not used with --cp-rank; it goes with --images' --cp-rank=2 --dims=2 --labels=x
usage '--noise is not used with --images; it goes with --cp-rank' --images=images --noise=1
usage '--tree is not used with --cp-rank; it goes with --htf-rank' --cp-rank=2 --dims=2 --tree=half
usage "--tree: 'far' is none of adjacent, half, square" --htf-rank=2 --dims=2x2 --tree=far
usage '--htf-rank: a square tree of 3 modes with arity 4, expected two squares such as 16 and 4' \
    --htf-rank=2,2 --dims=2x2x2 --tree=square
usage '--images needs --positive' --images=images --labels=labels.gz
usage 'only one of --images and --labels can be standard input' --images=- --labels=- --positive=1
usage '--sensing and --targets need each other' --cp-rank=1 --dims=2x2 --sensing=x
usage '--sensing needs --observe, the number of measurements' \
    --cp-rank=1 --dims=2x2 --sensing=x --targets=y
usage '--output is not used with --sensing, which writes no entries' \
    --cp-rank=1 --dims=2x2 --sensing=x --targets=y --observe=3
usage "two outputs on one path: 'never'" --cp-rank=1 --dims=2x2 --truth=never
usage "there is no FILE to read: 'x'" x
expect 2 tensor-gen --cp-rank=1 --dims=2x2 --observe=3 -o x.npy
says 'observed entries are text, which a name that ends in .npy is not for$'
expect 1 tensor-gen -q --dims=200x200x200 --cp-rank=1 -o /dev/full
complains 'tensor-gen: /dev/full: cannot write: No space left on device'

# the report
expect 0 tensor-gen -q --dims=4x5 --matrix-rank=2 --observe=7 -o o.tns --report=r.json
grep -q '"results": {"order": 2, "dims": "4x5", "observed": 7}' r.json || fail "$(cat r.json)"
finish
