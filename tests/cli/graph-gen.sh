#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# graph-gen: what it writes, byte for byte, for small graphs, and what it refuses.
. "$SRC/tests/cli/lib.sh"

# every model; these bytes are part of the interface
expect 0 graph-gen -q er --nodes=6 --edges=5
prints '# Nodes: 6 Edges: 5\n0\t1\n1\t4\n2\t5\n3\t5\n4\t5\n'
expect 0 graph-gen -q er --nodes=6 --prob=0.4
prints '# Nodes: 6 Edges: 5\n0\t1\n0\t2\n1\t5\n2\t3\n3\t5\n'
expect 0 graph-gen -q ba --nodes=6 --attach=2
prints '# Nodes: 6 Edges: 9\n0\t1\n0\t2\n0\t3\n0\t4\n1\t2\n1\t5\n2\t3\n2\t4\n4\t5\n'
expect 0 graph-gen -q rmat --scale=3 --edge-factor=1 --multi
prints '# Nodes: 8 Edges: 8\n1\t0\n0\t4\n1\t2\n2\t0\n0\t0\n0\t0\n1\t4\n1\t2\n'
expect 0 graph-gen -q rmat --scale=3 --edge-factor=1
prints '# Nodes: 8 Edges: 5\n0\t1\n0\t2\n0\t4\n1\t2\n1\t4\n'
expect 0 graph-gen -q rmat --scale=3 --edge-factor=1 --permute
prints '# Nodes: 8 Edges: 5\n2\t3\n2\t4\n3\t4\n3\t5\n4\t5\n'
expect 0 graph-gen -q grid --rows=2 --cols=3
prints '# Nodes: 6 Edges: 7\n0\t1\n0\t3\n1\t2\n1\t4\n2\t5\n3\t4\n4\t5\n'
expect 0 graph-gen -q regular --nodes=6 --degree=3
prints '# Nodes: 6 Edges: 9\n0\t1\n0\t2\n0\t4\n1\t3\n1\t5\n2\t4\n2\t5\n3\t4\n3\t5\n'
expect 0 graph-gen -q geometric --nodes=8 --mean-degree=2 --exponent=3
prints '# Nodes: 8 Edges: 5\n0\t1\n0\t2\n1\t2\n2\t3\n5\t6\n'
expect 0 graph-gen -q sbm --blocks=3,2 --p-in=0.8 --p-out=0.2
prints '# Nodes: 5 Edges: 5\n0\t1\n0\t2\n0\t3\n1\t4\n3\t4\n'
expect 0 graph-gen -q famous:karate
same "the karate club" out "$SRC/datasets/karate/edges.txt"
expect 0 graph-gen famous:PETERSEN
says '^graph-gen: famous:PETERSEN: 10 vertices, 15 edges in [0-9.]+ s$'

# another for another seed; sorted
for model in 'er --nodes=5000 --edges=90000' 'er --nodes=5000 --prob=0.01' \
    'ba --nodes=5000 --attach=7' 'rmat --scale=12' 'regular --nodes=5000 --degree=8' \
    'geometric --nodes=5000 --mean-degree=20 --exponent=2.5' \
    'sbm --blocks=5x1000 --p-in=0.02 --p-out=0.001'; do
    # shellcheck disable=SC2086
    expect 0 graph-gen -q -s 7 $model -o made
    # shellcheck disable=SC2086
    expect 0 graph-gen -q $model -o other
    differ "$model: the seed does not matter" made other
    n=$(sed -n '1s/.*Nodes: \([0-9]*\).*/\1/p' made)
    m=$(sed -n '1s/.*Edges: \([0-9]*\).*/\1/p' made)
    awk -v n="$n" 'NR > 1 && !($1 < $2 && $2 < n)' made >got
    [ -s got ] && fail "$model: edges are not u < v < $n"
    tail -n +2 made | sort -nu -k 1,1 -k 2,2 >got
    tail -n +2 made >want
    same "$model: edges are sorted and different" got want
    [ "$(wc -l <got)" = "$m" ] || fail "$model: $m edges in the header"
done

# the smallest graphs
for model in 'er --nodes=0 --edges=0' 'er --nodes=0 --prob=1' 'ba --nodes=0 --attach=3' \
    'grid --rows=0 --cols=9' 'regular --nodes=0 --degree=0' 'geometric --nodes=0 --mean-degree=5' \
    'sbm --blocks=0,0 --p-in=1 --p-out=1'; do
    # shellcheck disable=SC2086
    expect 0 graph-gen -q $model
    prints '# Nodes: 0 Edges: 0\n'
done
for model in 'er --nodes=1 --prob=1' 'ba --nodes=1 --attach=3' 'grid --rows=1 --cols=1' \
    'rmat --scale=0' 'regular --nodes=1 --degree=0' 'geometric --nodes=1 --mean-degree=5' \
    'sbm --blocks=1 --p-in=1 --p-out=1'; do
    # shellcheck disable=SC2086
    expect 0 graph-gen -q $model
    prints '# Nodes: 1 Edges: 0\n'
done
expect 0 graph-gen -q er --nodes=3 --prob=1
prints '# Nodes: 3 Edges: 3\n0\t1\n0\t2\n1\t2\n'
expect 0 graph-gen -q er --nodes=3 --edges=3
prints '# Nodes: 3 Edges: 3\n0\t1\n0\t2\n1\t2\n'
expect 0 graph-gen -q er --nodes=3 --prob=0
prints '# Nodes: 3 Edges: 0\n'
expect 0 graph-gen -q rmat --scale=2 --edge-factor=0
prints '# Nodes: 4 Edges: 0\n'

# labels and features
sbm='sbm --blocks=2x3,2 --p-in=1 --p-out=0'
# shellcheck disable=SC2086
expect 0 graph-gen -q $sbm --labels=labels --features=gaussian --feature-dim=3
prints '# Nodes: 8 Edges: 7\n0\t1\n0\t2\n1\t2\n3\t4\n3\t5\n4\t5\n6\t7\n'
printf '0\n0\n0\n1\n1\n1\n2\n2\n' >want
same "--labels" labels want
sed 's/ .*//' gaussian >got
same "labels in --features" got want
grep -vE '^[012]( [123]:-?[0-9.]+(e-[0-9]+)?){3}$' gaussian >got
[ -s got ] && fail "--features: $(head -n 1 got)"
# shellcheck disable=SC2086
expect 0 graph-gen -q $sbm --features=binary --feature-kind=binary --feature-dim=4 \
    --feature-signal=1 --feature-density=0.34 -o /dev/null
printf '0 1:1 4:1\n0 1:1 4:1\n0 1:1 4:1\n1 2:1\n1 2:1\n1 2:1\n2 3:1\n2 3:1\n' >want
same "binary features that are all signal" binary want
# shellcheck disable=SC2086
expect 0 graph-gen -q -j 4 $sbm --features=again --feature-dim=3 -o /dev/null
same "features for any number of threads" again gaussian
# shellcheck disable=SC2086
expect 0 graph-gen -q $sbm --features=m.npy --labels=l.npy --feature-dim=3 -o g.gz
[ "$(gzip -dc g.gz | wc -l)" = 8 ] || fail "-o g.gz"
if /usr/bin/python3 -c 'import numpy' 2>err; then
    # shellcheck disable=SC2086
    expect 0 graph-gen -q $sbm --features=m.npy.gz --feature-dim=3 -o /dev/null
    gzip -dc m.npy.gz >got
    same "a compressed matrix" got m.npy
    /usr/bin/python3 - <<'P' || fail ".npy files and svmlight text differ"
import numpy
lines = [line.split() for line in open("gaussian")]
rows = [[entry.split(":")[1] for entry in line[1:]] for line in lines]
assert (numpy.load("l.npy") == [int(line[0]) for line in lines]).all()
assert (numpy.load("m.npy") == numpy.array(rows, dtype="float32")).all()
P
fi

# in a pipe
graph-gen -q rmat --scale=8 | wis-sparsify -q --keep=10 | tail -n +2 | wc -l >out
prints '10\n'
graph-gen -q rmat --scale=16 2>err | head -n 1 >out
prints '# Nodes: 65536 Edges: 909367\n'
[ -s err ] && fail "SIGPIPE: $(head -n 1 err)"

# usage errors name the option
usage()
{
    message=$1
    shift
    expect 2 graph-gen -o never "$@"
    complains "graph-gen: $message"
    [ -e never ] && fail "$*: a file after an error"
}
list='er, ba, rmat, grid, regular, geometric, sbm, famous:NAME'
usage "no MODEL; there are $list"
usage "there is no model 'tree'; there are $list" tree
usage "there is no model 'famous'; there are $list" famous
usage "there is no model 'er:karate'; there are $list" er:karate
usage "more than one MODEL: 'ba'" er ba
usage 'er needs --nodes' er
usage 'er needs one of --edges and --prob' er --nodes=3
usage 'er needs one of --edges and --prob' er --nodes=3 --edges=2 --prob=0.5
usage 'ba needs --attach' ba --nodes=3
usage '--attach is not used by er; ba uses it' er --nodes=3 --edges=2 --attach=3
usage '--nodes is not used by famous; er uses it' famous:bull --nodes=3
usage '--edges: 4 edges are too many: 3 vertices have at most 3' er --nodes=3 --edges=4
usage '--prob: 1.5 is out of range, expected 0 to 1' er --nodes=3 --prob=1.5
usage "--prob: 'nan' is not a number" er --nodes=3 --prob=nan
usage '--nodes: 4294967296 is out of range, expected 0 to 4294967295' er --nodes=4294967296 --edges=0
usage "--nodes: '3x' is not an integer from 0" er --nodes=3x --edges=0
usage '--scale: 32 is out of range, expected 0 to 31' rmat --scale=32
usage '--edge-factor: 4294967296 times 2^31 edges are too many' rmat --scale=31 \
    --edge-factor=4294967296
usage '--cols: a grid of 65536 x 65536 has more than 4294967295 vertices' grid --rows=65536 \
    --cols=65536
usage '--degree: the degree 3 is not below the 3 nodes' regular --nodes=3 --degree=3
usage '--degree: no graph has 5 nodes of degree 3: one of the two must be even' regular \
    --nodes=5 --degree=3
usage '--exponent: the exponent 2 is not above 2' geometric --nodes=5 --mean-degree=3 --exponent=2
usage '--blocks: the blocks have more than 4294967295 vertices' sbm --blocks=4294967295,1 \
    --p-in=0 --p-out=0
for blocks in 4294967295x1 16777216x1,1 16777217x0 18446744073709551615x1; do
    usage '--blocks: more than 16777216 blocks' sbm --blocks=$blocks --p-in=0 --p-out=0
done
usage "--blocks: '' is neither a size nor a count and a size such as 3x100" sbm --blocks=3,
usage "--blocks: '2x' is neither a size nor a count and a size such as 3x100" sbm --blocks=2x
usage '--feature-dim describes what --features writes' sbm --blocks=3 --p-in=1 --p-out=1 \
    --feature-dim=3
usage '--feature-density is not used by --feature-kind=gaussian; --feature-kind=binary uses it' \
    sbm --blocks=3 --p-in=1 --p-out=1 --features=f --feature-density=0.3
usage '--feature-signal: 2 is out of range, expected 0 to 1 for binary features' \
    sbm --blocks=3 --p-in=1 --p-out=1 --features=f --feature-kind=binary --feature-signal=2
usage "--feature-kind: 'x' is none of gaussian, binary" sbm --feature-kind=x
usage "two outputs on one path: 'f'" sbm --blocks=3 --p-in=1 --p-out=1 --features=f --labels=f
expect 2 graph-gen famous:nobody
says "^graph-gen: no famous graph is called 'nobody'; there are Bull Chvatal .* Zachary$"

# what the machine refuses
expect 1 sh -c 'graph-gen -q rmat --scale=8 >/dev/full'
says 'standard output: cannot write: No space left on device'
expect 1 graph-gen -q sbm --blocks=3 --p-in=1 --p-out=1 --features=/dev/full
says '/dev/full: cannot write: No space left on device'
# nor does it say what it has done
expect 1 graph-gen er --nodes=3 --edges=2 -o /dev/full
complains 'graph-gen: /dev/full: cannot write: No space left on device'
expect 1 graph-gen -q er --nodes=4294967295 --prob=0.5
says 'too large|out of memory'
expect 1 graph-gen -q grid --rows=2 --cols=2 -o none/x
complains 'graph-gen: none/x: cannot create: No such file or directory'

# the report
expect 0 graph-gen -q rmat --scale=4 --report=report -o /dev/null
for want in '"tool": "graph-gen"' '"model": "rmat"' '"scale": 4' '"edge_factor": 16' \
    '"multi": false' '"vertices": 16'; do
    grep -q "$want" report || fail "no $want in the report"
done

finish
