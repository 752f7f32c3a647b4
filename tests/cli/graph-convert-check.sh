#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# graph-convert --check: its table, and what it calls malformed.
. "$SRC/tests/cli/lib.sh"

# a path 0 1 2, an edge 4 5, copies both ways, a loop; 3 and 6 are isolated
printf '# Nodes: 7 Edges: 9\n0 1\n1 0\n1 2 w\n1 2\n3 3\n4,5\n' >graph
cat >table <<'T'
property	value
format	edges
vertices	7
lines	6
edges	3
duplicates	2
reciprocal	1
self_loops	1
isolated	2
components	4
largest_component	3
degree_min	0
degree_median	1
degree_mean	0.8571428571428571
degree_max	2
T
expect 0 graph-convert --check graph
same "the table" out table
[ ! -s err ] || fail "--check says something: $(cat err)"
expect 0 sh -c 'graph-convert --check <graph'
same "the table through a pipe" out table
expect 0 graph-convert --check -o file graph
same "the table in a file" file table

# every format says the same
for format in mtx graphml gml pajek lgl; do
    expect 0 graph-convert -q --to=$format graph -o graph.$format
    expect 0 graph-convert --check --from=$format graph.$format
    grep -v -e format -e reciprocal out >some
    grep -v -e format -e reciprocal table >wanted
    same "the table of $format" some wanted
done
expect 0 graph-convert -q --to=metis graph -o graph.graph
expect 0 graph-convert --check graph.graph
grep -e vertices -e '^edges' -e isolated -e components out >some
printf 'vertices\t7\nedges\t3\nisolated\t2\ncomponents\t4\n' >wanted
same "the table of METIS" some wanted
expect 0 graph-convert -q graph -o graph.npy
expect 0 graph-convert --check --nodes=7 graph.npy
tail -n +3 out >some
tail -n +3 table >wanted
same "the table of npy" some wanted

: >empty
expect 0 graph-convert --check empty
tail -n +3 out | cut -f 2 | sort -u >some
echo 0 >wanted
same "nothing" some wanted
printf 'a b\nb c\n' >words
expect 0 graph-convert --check --relabel words
grep -q '^vertices	3$' out || fail "--check --relabel: $(cat out)"

# malformed files
bad()
{
    printf "$2" >"$1" # shellcheck disable=SC2059
    expect 1 graph-convert --check "$1"
    complains "graph-convert: $3"
    [ ! -s out ] || fail "a table of a malformed file"
}
bad bad.txt '0 1\n1 2x\n' "bad.txt:2: '2x' is not a vertex id, expected an integer from 0"
bad bad.mtx '%%%%MatrixMarket matrix coordinate real general\n2 2 2\n1 2 1\n' \
    "bad.mtx:3: the file ends after 1 entries, the size line promises 2"
bad bad.mtx '%%%%MatrixMarket matrix coordinate real general\n2 2 1\n1 2 x\n' \
    "bad.mtx:3: 'x' is not a number"
bad bad.graph '2 1\n2\n\n' "bad.graph:2: vertex 1 lists 2, which does not list it"
bad bad.gml 'graph [ node [ id 1 ]\n' \
    "bad.gml:2: syntax error, unexpected end of file, expecting keyword or ]"
bad bad.npy '\223NUMPY\001\000\377\377{' "bad.npy: the .npy header is truncated"
head -c 130 graph.npy >cut.npy
expect 1 graph-convert --check cut.npy
complains "graph-convert: cut.npy: 2 bytes of data, expected 96 for 12 elements of 8 bytes"

expect 1 sh -c 'graph-convert --check graph >/dev/full'
complains "graph-convert: standard output: cannot write: No space left on device"
expect 0 graph-convert --check --report=report graph
grep -q '"largest_component": *3' report || fail "no table in the report: $(cat report)"

finish
