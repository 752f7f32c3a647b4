#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# wis-sparsify writes the format it has read, and removes the same edges whatever that is.
. "$SRC/tests/cli/lib.sh"

# a triangle 0 1 2 with the tail 2 - 3 and the isolated vertex 4; edge 1 2 goes
printf '0 1\n0 2\n1 2\n2 3\n' >edges.txt
cat >order <<'O'
1 2
0 1
0 2
2 3
O
cut="wis-sparsify -q --from-order=order --remove=1"

cat >graph.mtx <<'M'
%%MatrixMarket matrix coordinate real symmetric
% a comment
5  5   6
2 1  0.5
3 1 1e-3

2 2 7
3	2 0
% inside
2 3 8
4 3 2.50
M
cat >wanted.mtx <<'M'
%%MatrixMarket matrix coordinate real symmetric
% a comment
5  5   4
2 1  0.5
3 1 1e-3

2 2 7
% inside
4 3 2.50
M
expect 0 $cut graph.mtx
same "Matrix Market" out wanted.mtx
expect 0 sh -c "gzip -c graph.mtx | $cut"
same "Matrix Market, gzip, through a pipe" out wanted.mtx
expect 0 $cut -o half.mtx.gz graph.mtx
gzip -dc half.mtx.gz >half.mtx || fail "half.mtx.gz is not gzip"
same "Matrix Market to .gz" half.mtx wanted.mtx

printf '5 4\n2 3\n1 3\n1 2 4\n3\n\n' >graph.graph
printf '5 3\n2 3\n1\n1 4\n3\n\n' >wanted.graph
expect 0 $cut graph.graph
same "METIS by its name" out wanted.graph
expect 0 sh -c "$cut --from=metis <graph.graph"
same "METIS through a pipe" out wanted.graph

# 0 1 | 2 1 | 2 0 | 2 3 | 3 3 | 1 2 as (2, M) of <i2: numpy.save's bytes
npy()
{
    printf '\223NUMPY\001\000v\000%-117s\n' "$1"
}
{
    npy "{'descr': '<i2', 'fortran_order': False, 'shape': (2, 6), }"
    printf '\0\0\2\0\2\0\2\0\3\0\1\0\1\0\1\0\0\0\3\0\3\0\2\0'
} >graph.npy
{
    npy "{'descr': '<i2', 'fortran_order': False, 'shape': (2, 4), }"
    printf '\0\0\2\0\2\0\3\0\1\0\0\0\3\0\3\0'
} >wanted.npy
expect 0 $cut graph.npy
same ".npy" out wanted.npy
expect 0 sh -c "$cut <graph.npy"
same ".npy through a pipe" out wanted.npy

# nothing is removed: nothing changes
for file in graph.mtx graph.graph graph.npy; do
    expect 0 wis-sparsify -q --keep=100% $file
    same "$file whole" out $file
done

# the same order from every format
expect 0 wis-sparsify -q --order edges.txt
mv out order.edges
for file in graph.mtx graph.graph graph.npy; do
    expect 0 wis-sparsify -q --order $file
    same "the order of $file" out order.edges
done

expect 2 wis-sparsify -q --directed --keep=1 graph.graph
complains "wis-sparsify: graph.graph: a METIS graph has no arcs, it is undirected"
expect 2 wis-sparsify -q --directed --keep=1 graph.mtx
complains "wis-sparsify: graph.mtx: a symmetric matrix has no arcs, it is undirected"
expect 1 wis-sparsify -q --keep=1 --from=mtx edges.txt
complains "wis-sparsify: edges.txt:1: no Matrix Market banner, expected \`%%MatrixMarket matrix coordinate'"
expect 1 wis-sparsify -q --keep=1 --from=npy edges.txt
complains "wis-sparsify: edges.txt: not an .npy file: it does not begin with NumPy's magic bytes"
head -c 140 graph.npy >cut.npy
expect 1 wis-sparsify -q --keep=1 cut.npy
complains "wis-sparsify: cut.npy: 12 bytes of data, expected 24 for 12 elements of 2 bytes"
expect 1 sh -c "$cut graph.mtx >/dev/full"
says "cannot write: No space left on device"

finish
