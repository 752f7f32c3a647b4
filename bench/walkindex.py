#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Walk indices of every vertex beside SciPy's sparse products, on the same graphs.

  walkindex.py [BUILD]        BUILD: the build folder (default: $BUILD, or the current one)

Both times are those of the arithmetic alone, the graph being in memory, best of three: ours by
bench_walkindex; SciPy's is P = A^(L/2), then the row sums of P times P or of P times PA, elementwise, and
for graph prediction L products with a vector. The results are compared. SciPy is left out where P would be
too much for memory. Without SciPy the script ends with status 77.
"""
import os
import subprocess
import sys
import tempfile
import time

try:
    import numpy as np
    import scipy.sparse as sp
except ImportError as missing:
    print(f"skipped: {missing}")
    sys.exit(77)

GRAPHS = [
    ("er, 1 million edges", "er --nodes=200000 --edges=1000000"),
    ("ba, 1 million edges", "ba --nodes=100000 --attach=10"),
    ("rmat, 0.9 million edges", "rmat --scale=16"),
    ("geometric, 0.2 million edges", "geometric --nodes=5000 --mean-degree=80 --exponent=2.5"),
    ("grid, 0.2 million edges", "grid --rows=320 --cols=320"),
    ("ba, 30 000 edges", "ba --nodes=3000 --attach=10"),
]
LARGE, SMALL = (2, 3, 4), (2, 3, 4, 5, 6, 8)  # depths for vertex prediction
GRAPH_DEPTHS = (3, 8)
MULTIPLY_ADDS = 6e8  # of SciPy at most
SECONDS = 10  # a run that takes longer is not repeated


def best_of_three(work):
    best = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        result = work()
        best = min(best, time.perf_counter() - start)
        if best > SECONDS:
            break
    return best, result


def read_matrix(path):
    """A with ones on the diagonal, and which vertices have an edge."""
    edges = np.loadtxt(path, dtype=np.int64, comments="#", usecols=(0, 1))
    with open(path) as file:
        n = int(file.readline().split("Nodes:")[1].split()[0])
    ones = np.ones(len(edges), dtype=np.int64)
    half = sp.coo_matrix((ones, (edges[:, 0], edges[:, 1])), (n, n)).tocsr()
    both = half + half.T
    return (both + sp.identity(n, dtype=np.int64, format="csr")).tocsr(), np.diff(both.indptr) > 0


def multiply_adds(a, b):
    return float(np.diff(b.indptr)[a.indices].sum(dtype=np.float64))


class TooLarge(Exception):
    pass


def product(a, b):
    if multiply_adds(a, b) > MULTIPLY_ADDS:
        raise TooLarge
    return a @ b


def scipy_vertex(a, depth):
    half = sp.identity(a.shape[0], dtype=np.int64, format="csr")
    for _ in range(depth // 2):
        half = product(half, a)
    rest = half if depth % 2 == 0 else product(half, a)
    return np.asarray(half.multiply(rest).sum(axis=1)).ravel()


def scipy_graph(a, depth):
    walks = np.ones(a.shape[0], dtype=np.int64)
    for _ in range(depth):
        walks = a @ walks
    return walks


def compare(folder, path, matrix, connected, task, depth):
    result = path + ".counts"
    command = [os.path.join(folder, "bench", "bench_walkindex"), task, str(depth), path, result]
    ours = float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    peer = scipy_vertex if task == "vertex" else scipy_graph
    try:
        theirs, walks = best_of_three(lambda: peer(matrix, depth))
    except TooLarge:
        return f"{ours:10.4f} {'-':>10} {'-':>7}"
    if not np.array_equal(np.fromfile(result, dtype=np.int64), walks * connected):
        sys.exit(f"{path}: the results for {task} prediction, depth {depth}, differ")
    return f"{ours:10.4f} {theirs:10.4f} {theirs / ours:7.1f}"


def main():
    folder = sys.argv[1] if len(sys.argv) > 1 else os.environ.get("BUILD", ".")
    print(f"{'graph':<30} {'task':<6} {'L':>2} {'ours, s':>10} {'SciPy, s':>10} {'ratio':>7}")
    with tempfile.TemporaryDirectory() as work:
        for name, model in GRAPHS:
            path = os.path.join(work, name.split(",")[0])
            generate = [os.path.join(folder, "src", "graph-gen"), "-q", "-o", path, *model.split()]
            subprocess.run(generate, check=True)
            matrix, connected = read_matrix(path)
            depths = LARGE if matrix.nnz > 1000000 else SMALL
            for task, depth in [("vertex", L) for L in depths] + [("graph", L) for L in GRAPH_DEPTHS]:
                row = compare(folder, path, matrix, connected, task, depth)
                print(f"{name:<30} {task:<6} {depth:>2} {row}", flush=True)


if __name__ == "__main__":
    main()
