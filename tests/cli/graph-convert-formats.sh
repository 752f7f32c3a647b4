#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# graph-convert between all formats, and with what NetworkX, igraph, SciPy and NumPy read and write.
. "$SRC/tests/cli/lib.sh"

# a weighted simple graph with isolated vertices, the highest vertex not among them
graph-gen -q -s 3 er --nodes=60 --edges=90 | awk '
    /^#/ { next }
    { print $1 "\t" $2 "\t" 1 + ($1 * 7 + $2) % 10 }
    END { print "3\t59\t4" }' >list
expect 0 graph-convert -q --weights=3 --simplify list -o first.txt

# edges -> FORMAT -> edges, and from each format to the next
formats="edges mtx metis npy graphml gml pajek ncol lgl"
b=lgl
for a in $formats; do
    expect 0 graph-convert -q --weights=3 --to=$a first.txt -o first.$a
    column=
    [ $a = edges ] && column=--weights=3
    expect 0 graph-convert -q --from=$a $column --simplify first.$a
    if [ $a = npy ]; then cut -f 1,2 first.txt >wanted; else cp first.txt wanted; fi
    same "edges from $a" out wanted
    expect 0 sh -c "gzip -c first.$a | graph-convert -q --from=$a $column --simplify"
    same "edges from $a, gzip, through a pipe" out wanted
    expect 0 sh -c "graph-convert -q --from=$a $column --to=$b first.$a |
        graph-convert -q --from=$b --no-weights --simplify"
    cut -f 1,2 first.txt >wanted
    same "edges from $b from $a" out wanted
    b=$a
done
expect 0 graph-convert -q --weights=3 --simplify --to=mtx first.txt -o symmetric.mtx

# formats are told by content and name
for name in x.mtx x.graph x.metis.gz x.npy x.graphml.zst x.gml x.net x.ncol x.lgl; do
    expect 0 graph-convert -q first.txt -o $name
    expect 0 graph-convert -q --no-weights --simplify $name
    same "$name by its name" out wanted
done
expect 0 graph-convert -q first.txt -o x.gv
grep -q '^graph {' x.gv || fail "x.gv is not DOT"
expect 0 sh -c 'graph-convert -q <x.npy --simplify'
same ".npy by its content" out wanted

# other programs
python=/usr/bin/python3
$python -c 'import networkx, igraph, scipy, numpy' 2>/dev/null || finish
cat >peers.py <<'P'
import sys
import igraph
import networkx
import numpy
import scipy.io
import scipy.sparse

edges = sorted(tuple(map(int, line.split()[:2])) for line in open("first.txt") if line[0] != "#")
weight = {tuple(map(int, w[:2])): int(w[2]) for w in map(str.split, open("first.txt")) if w[0] != "#"}
failed = 0


def same(what, pairs, weights=None):
    global failed
    pairs = [tuple(sorted(map(int, p))) for p in pairs]
    if sorted(pairs) != edges or (weights and [weight[p] for p in pairs] != weights):
        print("FAIL:", what)
        failed = 1


a = scipy.io.mmread("first.mtx").tocoo()
same("SciPy, mtx", zip(a.row, a.col), list(a.data))
a = scipy.sparse.tril(scipy.io.mmread("symmetric.mtx"))
same("SciPy, symmetric mtx", zip(a.row, a.col), list(a.data))
same("NumPy, npy", numpy.load("first.npy").T)
for name, g in {
    "graphml": networkx.read_graphml("first.graphml", node_type=lambda n: int(n[1:])),
    "gml": networkx.read_gml("first.gml"),
}.items():
    w = [d["weight"] for _, _, d in g.edges(data=True)]
    same("NetworkX, " + name, g.edges(), w)
for name in ("graphml", "gml", "pajek"):
    g = igraph.Graph.Read("first." + name, format=name)
    same("igraph, " + name, g.get_edgelist(), g.es["weight"])
for name in ("ncol", "lgl"):
    g = igraph.Graph.Read("first." + name, format=name, directed=False)
    same("igraph, " + name, [[g.vs[v]["name"] for v in e] for e in g.get_edgelist()], g.es["weight"])

# and back: files that they write
g = networkx.Graph()
g.add_nodes_from(range(60))
g.add_edges_from(edges)
networkx.write_graphml(g, "nx.graphml")
networkx.write_gml(g, "nx.gml")
networkx.write_pajek(g, "nx.net")
networkx.write_edgelist(g, "nx.txt")
scipy.io.mmwrite("nx.mtx", networkx.to_scipy_sparse_array(g, nodelist=range(60)), symmetry="symmetric")
numpy.save("nx.npy", numpy.array(edges, dtype=">u2"))
numpy.save("fortran.npy", numpy.asfortranarray(numpy.array(edges, dtype="i4").T))
sys.exit(failed)
P
$python -W ignore peers.py || failures=$((failures + 1))
for name in nx.graphml nx.gml nx.net nx.txt nx.mtx nx.npy fortran.npy; do
    expect 0 graph-convert -q --no-weights --simplify $name
    same "$name from elsewhere" out wanted
done

finish
