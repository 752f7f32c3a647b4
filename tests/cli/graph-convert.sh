#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# graph-convert: what it keeps of a text edge list, names, options and errors.
. "$SRC/tests/cli/lib.sh"
tab=$(printf '\t')

# lines keep their order, direction, copies and loops; comments and the rest of lines go
printf '# a comment\r\n3 1 5 x\r\n1,3\n\n2 2\n%% more\n0\t1\n' >graph
expect 0 graph-convert -q graph
prints '# Nodes: 4 Edges: 4\n3\t1\n1\t3\n2\t2\n0\t1\n'
expect 0 sh -c 'graph-convert -q <graph'
prints '# Nodes: 4 Edges: 4\n3\t1\n1\t3\n2\t2\n0\t1\n'
expect 0 sh -c 'gzip -c graph | graph-convert -q -'
prints '# Nodes: 4 Edges: 4\n3\t1\n1\t3\n2\t2\n0\t1\n'
expect 0 graph-convert -q --nodes=9 graph
prints '# Nodes: 9 Edges: 4\n3\t1\n1\t3\n2\t2\n0\t1\n'
expect 0 graph-convert -q --simplify graph
prints '# Nodes: 4 Edges: 2\n0\t1\n1\t3\n'
expect 0 graph-convert -q --simplify --directed graph
prints '# Nodes: 4 Edges: 3\n0\t1\n1\t3\n3\t1\n'

expect 0 graph-convert graph -o copy.txt.gz
says '^graph-convert: edges to edges: 4 vertices, 4 lines in [0-9.]* s$'
gzip -dc copy.txt.gz >out || fail "copy.txt.gz is not gzip"
prints '# Nodes: 4 Edges: 4\n3\t1\n1\t3\n2\t2\n0\t1\n'

# weights of a column
printf '0 1 a 0.10\n1 2 b 1e3\n' >weighted
expect 0 graph-convert -q --weights=4 weighted
prints '# Nodes: 3 Edges: 2\n0\t1\t0.1\n1\t2\t1000\n'
expect 1 graph-convert --weights=3 weighted
complains "graph-convert: weighted:1: 'a' in column 3 is not a weight, expected a positive number"
expect 0 graph-convert -q --weights=4 --to=mtx weighted
prints '%%%%MatrixMarket matrix coordinate real general\n3 3 2\n1 2 0.1\n2 3 1000\n'

# words as vertices
printf '# friends\nbob,alice 2\nalice carol\n  007 bob\n' >friends
expect 0 graph-convert -q --relabel --map=map friends
prints '# Nodes: 4 Edges: 3\n0\t1\n1\t2\n3\t0\n'
printf '0\tbob\n1\talice\n2\tcarol\n3\t007\n' >wanted
same "the map" map wanted
expect 0 sh -c 'graph-convert -q --relabel --map=map.gz <friends'
gzip -dc map.gz >map || fail "map.gz is not gzip"
same "the map, compressed" map wanted
expect 0 graph-convert --relabel friends
says '^graph-convert: warning: the names of the vertices are not written; --map=FILE writes them$'
expect 1 graph-convert friends
complains "graph-convert: friends:2: 'bob' is not a vertex id, expected an integer from 0"
printf 'a b\nc\n' >short
expect 1 graph-convert --relabel --map=none short
complains "graph-convert: short:2: one name, expected two"
[ ! -e none ] || fail "an error left the map"

# direction
expect 0 graph-convert -q --directed graph -o arcs.graphml
grep -q 'edgedefault="directed"' arcs.graphml || fail "--directed: $(cat arcs.graphml)"
expect 0 graph-convert -q arcs.graphml --to=gml
grep -q '^  directed 1$' out || fail "directed GraphML to GML"
expect 0 graph-convert -q arcs.graphml
prints '# Nodes: 4 Edges: 4\n3\t1\n1\t3\n2\t2\n0\t1\n'
expect 0 graph-convert -q graph -o edges.graphml
expect 0 graph-convert -q edges.graphml --to=mtx
prints '%%%%MatrixMarket matrix coordinate pattern symmetric\n4 4 4\n4 2\n4 2\n3 3\n2 1\n'
expect 2 graph-convert -q --directed edges.graphml
complains "graph-convert: edges.graphml: the graph of the file is undirected, it has no arcs"

# METIS graphs are simple
expect 0 graph-convert --to=metis graph
prints '4 2\n2\n1 4\n\n2\n'
says '^graph-convert: warning: 2 copies and self-loops are not written: METIS graphs are simple$'
expect 0 graph-convert -q --simplify --to=metis --nodes=5 graph
prints '5 2\n2\n1 4\n\n2\n\n'
expect 1 graph-convert -q --weights=4 --to=metis weighted
complains "graph-convert: weighted: edge 0 1 has weight 0.1, METIS graphs need integers from 1"
printf '0 1 1\n1 0 2\n' >contradiction
expect 1 graph-convert -q --weights=3 --simplify contradiction
complains "graph-convert: contradiction:2: edge 0 1 is listed with weights 1 and 2, the first on line 1"
expect 1 graph-convert -q --weights=3 --to=metis contradiction
complains "graph-convert: contradiction:2: edge 0 1 is listed with weights 1 and 2, the first on line 1"
printf 'x y 1\ny z 1\nz y 2\n' >contradiction
expect 1 graph-convert -q --weights=3 --relabel --simplify contradiction
complains "graph-convert: contradiction: the edge of 'y' and 'z' is listed with different weights"

# what a format cannot hold
expect 0 graph-convert --nodes=9 --weights=4 weighted -o x.npy
says '^graph-convert: warning: the weights are not written: an array of edges has none$'
says '^graph-convert: warning: the highest vertex, 8, has no edge: readers of the npy file will see fewer than 9 vertices$'
printf '0 1 0.30000000000000004\n' >precise
expect 0 graph-convert --weights=3 --to=gml precise
says '^graph-convert: warning: weights are rounded to 15 digits: igraph writes no more$'

# vertices that readers of a Pajek file would not believe have labels
printf '0 2\n' >lonely
expect 0 graph-convert -q --nodes=65736 lonely -o lonely.net
expect 0 graph-convert -q --nodes=65737 lonely -o labelled.net
grep -q '^65737 "65736"$' labelled.net || fail "no labels"
printf '*Vertices 65736\n*Edges\n1 3\n' >wanted
same "few vertices for labels" lonely.net wanted
expect 0 graph-convert -q labelled.net
prints '# Nodes: 65737 Edges: 1\n0\t2\n'
expect 1 graph-convert -q --nodes=2147483648 lonely -o lonely.net
complains 'graph-convert: lonely: 2147483648 vertices, a Pajek file has at most 2147483647'

# degenerate input
: >empty
expect 0 graph-convert -q empty
prints '# Nodes: 0 Edges: 0\n'
expect 0 graph-convert -q --relabel --map=map empty
[ -e map ] && [ ! -s map ] || fail "the map of nothing"
for format in mtx metis npy graphml gml lgl ncol dot; do
    expect 0 graph-convert -q --to=$format empty
done
expect 0 graph-convert -q --to=mtx empty
prints '%%%%MatrixMarket matrix coordinate pattern general\n0 0 0\n'

# usage errors
expect 2 graph-convert --from=xls graph
says "^graph-convert: --from: 'xls' is none of edges, mtx, metis, npy, graphml, gml, pajek, ncol, lgl, dot$"
expect 2 graph-convert --from=dot graph
complains "graph-convert: graph: dot files are written only"
expect 2 graph-convert --check --to=mtx graph
says '^graph-convert: --check writes a table; --to, --simplify and --map are for graphs$'
expect 2 graph-convert --weights=3 --no-weights graph
says '^graph-convert: --weights and --no-weights exclude each other$'
expect 2 graph-convert --weights=2 graph
says '^graph-convert: --weights: 2 is out of range'
expect 2 graph-convert --relabel --nodes=5 friends
says '^graph-convert: --relabel knows the vertices by their names; --nodes would add some without$'
expect 2 graph-convert --relabel --from=mtx graph
complains "graph-convert: graph: the vertices of mtx files are numbered: only edges, ncol and lgl files can be relabelled"
expect 2 graph-convert --map=map2 graph
complains "graph-convert: --map: the vertices of this edges file have no names"
[ ! -e map2 ] || fail "an error left the map"
expect 2 graph-convert --directed --to=metis graph
says '^graph-convert: --directed: a METIS graph has no arcs$'
expect 2 graph-convert --map=same -o same --relabel friends
says "^graph-convert: two outputs on one path: 'same'$"
expect 2 graph-convert graph graph
expect 2 graph-convert --no-such-option graph

# 24 bytes made igraph take 574 MB for the vertices that they promise
printf '%% none of them listed\n*Vertices 6900000\n' >promise.net
message="2: 6900000 vertices in a text of 40 bytes, expected at most 67536"
expect 1 graph-convert -q promise.net
complains "graph-convert: promise.net:$message"
expect 1 sh -c 'graph-convert -q --check <promise.net --from=pajek'
complains "graph-convert: standard input:$message"
expect 1 sh -c 'gzip -c promise.net | graph-convert -q --from=pajek'
complains "graph-convert: standard input:$message"
printf '*Vertices 60000\n*Edges\n1 60000\n' >isolated.net
expect 0 graph-convert -q isolated.net
prints '# Nodes: 60000 Edges: 1\n0\t59999\n'

# I/O errors
expect 1 graph-convert none
complains "graph-convert: none: cannot open: No such file or directory"
expect 1 graph-convert .
complains "graph-convert: .: cannot read: Is a directory"
for format in edges mtx metis npy graphml gml pajek ncol lgl dot; do
    expect 1 sh -c "graph-convert -q --to=$format graph >/dev/full"
    says '^graph-convert: standard output: cannot write: No space left on device$'
done
gzip -c graph | head -c 30 >cut.gz
expect 1 graph-convert -o kept cut.gz
complains "graph-convert: cut.gz: the gzip stream is truncated"
[ ! -e kept ] || fail "an error left the output"

# the report
expect 0 graph-convert -q --report=report --to=mtx graph
grep -q '"format": *"edges"' report || fail "no format in the report: $(cat report)"
grep -q '"to": *"mtx"' report || fail "no --to in the report: $(cat report)"

finish
