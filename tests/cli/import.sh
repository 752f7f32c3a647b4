#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# datasets/import: a tiny download of every layout, made here as the public ones are, and what it
# refuses.
. "$SRC/tests/cli/lib.sh"
python=/usr/bin/python3
{ [ -x $python ] && $python -c 'import numpy' 2>err; } || skip "no NumPy for /usr/bin/python3"
import=$SRC/datasets/import

# --- downloads -------------------------------------------------------------------------------
cat >make.py <<'P'
import collections, gzip, os, pickle, struct, sys, types
import numpy as np

# Pickles as the public files are: by Python 2, classes under the names of an old SciPy.
module = types.ModuleType("scipy.sparse.csr")
sys.modules["scipy"] = sys.modules["scipy.sparse"] = sys.modules["scipy.sparse.csr"] = module
class csr_matrix:
    __module__, __qualname__ = "scipy.sparse.csr", "csr_matrix"
    def __init__(self, dense):
        dense = np.asarray(dense)
        row, column = np.nonzero(dense)
        self._shape, self.maxprint = dense.shape, 50
        self.data, self.indices = dense[row, column].astype("f4"), column.astype("i4")
        self.indptr = np.searchsorted(row, np.arange(len(dense) + 1)).astype("i4")
module.csr_matrix = csr_matrix

def dump(name, value, protocol=2):
    with open(name, "wb") as file:
        pickle.dump(value, file, protocol)

def dump_as_python_2(name, array):
    """Arrays that Python 2 pickled hold byte strings, which Python 3 cannot write."""
    short = lambda text: b"U" + bytes([len(text)]) + text
    data = array.tobytes()
    with open(name, "wb") as file:
        file.write(b"\x80\x02cnumpy.core.multiarray\n_reconstruct\ncnumpy\nndarray\nK\x00\x85" +
                   short(b"b") + b"\x87R(K\x01" + b"".join(b"K" + bytes([d]) for d in array.shape) +
                   b"\x86cnumpy\ndtype\n" + short(b"i4") + b"K\x00K\x01\x87R(K\x03" + short(b"<") +
                   b"NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb\x89T" +
                   struct.pack("<I", len(data)) + data + b"tb.")

# vertices 0 1 2 known (0 trains, 1 2 validate); tests are 6 and 4; 3 and 5 have nothing
os.mkdir("planetoid")
prefix = "planetoid/ind.tiny."
onehot = np.eye(3, dtype="i4")
dump(prefix + "allx", csr_matrix([[0, 1, 0, 0.25], [1, 0, 0, 0], [0, 0, 0, 0]]))
dump(prefix + "tx", csr_matrix([[0, 0, 6, 0], [0, 0, 0, 4]]), protocol=0)
dump_as_python_2(prefix + "ally", onehot[[2, 0, 1]])
dump(prefix + "ty", onehot[[2, 0]], protocol=4)
dump(prefix + "y", onehot[[2]])
graph = collections.defaultdict(list)
graph.update({0: [1, 1, 6], 1: [0, 1], 2: [4], 4: [2], 6: [0], 5: []})
dump(prefix + "graph", graph)
with open(prefix + "test.index", "w") as file:
    file.write("6\n4\n")

adjacency = dict(adj_data=np.array([1, 1, 0, 1], "f4"), adj_indices=np.array([1, 2, 0, 2]),
                 adj_indptr=np.array([0, 2, 3, 4]), adj_shape=(3, 3))
attributes = dict(attr_data=np.array([0.5, 1, 0.1], "f4"), attr_indices=np.array([4, 0, 2]),
                  attr_indptr=np.array([0, 2, 2, 3]), attr_shape=(3, 5))
labels = dict(labels=np.array([1, 0, 1]))
names = dict(class_names=np.array({0: "a", 1: "b"}, dtype=object))  # a pickle inside: not read
np.savez("sparse.npz", **adjacency, **attributes, **labels, **names)
np.savez("dense.npz", **adjacency, **labels, attr_matrix=np.array([[0.5, 2], [0, 0], [1, 3]]))
np.savez("short.npz", **adjacency, **attributes, labels=np.array([1, 0]))
np.savez("pickle.npz", **adjacency, **attributes, labels=np.array([1, 0, None]))
np.savez("none.npz", **adjacency, **labels)
np.savez("range.npz", **dict(adjacency, adj_indices=np.array([1, 3, 0, 2])), **attributes, **labels)

def csv(name, text):
    os.makedirs(os.path.dirname(name), exist_ok=True)
    with gzip.open(name, "wt") as file:
        file.write(text)

for folder in "ogb", "far":
    csv(folder + "/raw/num-node-list.csv.gz", "4\n")
    csv(folder + "/raw/edge.csv.gz", "1,0\n0,1\n2,3\n3,3\n" + ("4,0\n" if folder == "far" else ""))
    csv(folder + "/raw/node-feat.csv.gz", "0.5,1\n0,-2e-3\n1,1\n0,0\n")
    csv(folder + "/raw/node-label.csv.gz", "7\nnan\n0\n1.0\n")
csv("ogb/split/time/train.csv.gz", "0\n3\n")
csv("ogb/split/time/valid.csv.gz", "")
csv("ogb/split/time/test.csv.gz", "2\n")

class Evil:
    def __reduce__(self):
        return os.mkdir, ("executed",)
for name in "allx", "tx", "ally", "ty", "y", "graph", "test.index":
    os.makedirs("evil", exist_ok=True)
    with open(prefix + name, "rb") as file, open("evil/ind.tiny." + name, "wb") as copy:
        copy.write(file.read())
dump("evil/ind.tiny.graph", Evil())
P
$python make.py || fail "cannot make the downloads"

# --- what they become ------------------------------------------------------------------------
expect 0 "$import" planetoid planetoid/ind.tiny out1
complains '7 vertices, 3 edges, 4 features, 3 classes'
printf '# Nodes: 7 Edges: 3\n0\t1\n0\t6\n2\t4\n' >want
same "planetoid: edges" out1/edges.txt want
printf '2 2:1 4:0.25\n0 1:1\n1\n-1\n0 4:4\n-1\n2 3:6\n' >want
same "planetoid: features, test rows in the order of test.index" out1/features.svm want
printf 'train\nval\nval\nnone\ntest\nnone\ntest\n' >want
same "planetoid: split" out1/split.txt want

expect 0 "$import" npz sparse.npz out2
complains '3 vertices, 2 edges, 5 features, 2 classes'
printf '# Nodes: 3 Edges: 2\n0\t1\n0\t2\n' >want
same "npz: edges without loops and stored zeros" out2/edges.txt want
printf '1 1:1 5:0.5\n0\n1 3:0.1\n' >want
same "npz: features" out2/features.svm want
[ -e out2/split.txt ] && fail "npz: a split from nowhere"

expect 0 "$import" npz dense.npz out3
$python -c 'import numpy; print(numpy.load("out3/features.npy").tolist())' >got
printf '[[0.5, 2.0], [0.0, 0.0], [1.0, 3.0]]\n' >want
same "npz: dense features" got want
printf '1\n0\n1\n' >want
same "npz: labels beside dense features" out3/labels.txt want

expect 0 "$import" ogb ogb out4
complains '4 vertices, 2 edges, 2 features, 3 classes'
printf '# Nodes: 4 Edges: 2\n0\t1\n2\t3\n' >want
same "ogb: edges" out4/edges.txt want
$python -c 'import numpy; a = numpy.load("out4/features.npy"); print(a.dtype, a.tolist()[2:])' >got
printf 'float32 [[1.0, 1.0], [0.0, 0.0]]\n' >want
same "ogb: features" got want
printf '7\n-1\n0\n1\n' >want
same "ogb: labels" out4/labels.txt want
printf 'train\nnone\ntest\ntrain\n' >want
same "ogb: split" out4/split.txt want
expect 0 wis-sparsify -q -r 1 out4/edges.txt
prints '# Nodes: 4 Edges: 1\n2\t3\n'

# --- what is refused -------------------------------------------------------------------------
# refuses LAYOUT SOURCE MESSAGE: one line on standard error, nothing written
refuses()
{
    expect 1 "$import" "$1" "$2" refused
    complains "import: $3"
    [ -e refused ] && fail "$2: something was written"
}

refuses planetoid evil/ind.tiny \
    'evil/ind.tiny.graph: it would call posix.mkdir, which no data set needs'
[ -e executed ] && fail "a pickle was executed"
cp planetoid/ind.tiny.graph evil/ind.tiny.graph
cp planetoid/ind.tiny.y evil/ind.tiny.tx
refuses planetoid evil/ind.tiny 'evil/ind.tiny.tx: not a matrix'
cp planetoid/ind.tiny.tx evil/ind.tiny.tx
head -c 100 planetoid/ind.tiny.allx >evil/ind.tiny.allx
expect 1 "$import" planetoid evil/ind.tiny refused
says '^import: evil/ind.tiny.allx: '
cp planetoid/ind.tiny.allx evil/ind.tiny.allx
printf '6\n2\n' >evil/ind.tiny.test.index
refuses planetoid evil/ind.tiny 'evil/ind.tiny.test.index: a vertex below 3 belongs to allx'
printf '6\nx\n' >evil/ind.tiny.test.index
expect 1 "$import" planetoid evil/ind.tiny refused
says '^import: evil/ind.tiny.test.index: '
refuses planetoid planetoid/ind.none 'planetoid/ind.none.allx: No such file or directory'

refuses npz short.npz 'short.npz: labels are not one for each of 3 vertices'
refuses npz none.npz 'none.npz: attr_matrix is not a file in the archive'
refuses npz range.npz 'range.npz: a column is not in 0..2'
refuses npz pickle.npz 'pickle.npz: Object arrays cannot be loaded when allow_pickle=False'
refuses npz make.py 'make.py: File is not a zip file'

refuses ogb far 'far: an edge has an end that is not in 0..3'
printf '5\n' | gzip >far/raw/num-node-list.csv.gz
refuses ogb far 'far/raw/node-label.csv.gz: 4 lines, expected 5'
head -c 30 ogb/raw/edge.csv.gz >far/raw/edge.csv.gz
expect 1 "$import" ogb far refused
says '^import: far/raw/edge.csv.gz: '
[ -e refused ] && fail "something was written"

expect 2 "$import" mtx planetoid refused
expect 2 "$import" npz sparse.npz
finish
