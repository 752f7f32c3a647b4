#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Effective resistances with NumPy and SciPy, as a Python program would compute them.

spectral_peer.py pinv|splu|project EPSILON GRAPH RESULT: seconds on standard output, the
leverages of the edges, sorted by (u, v), to RESULT. For unweighted graphs without duplicates.
spectral_peer.py error TRUTH ESTIMATE: the largest relative error.
"""
import sys
import time

import numpy
import scipy.sparse
import scipy.sparse.csgraph
import scipy.sparse.linalg


def read(path):
    edges = numpy.loadtxt(path, dtype=numpy.int64, comments="#", ndmin=2)
    edges.sort(axis=1)
    edges = edges[numpy.lexsort((edges[:, 1], edges[:, 0]))]
    m, n = len(edges), edges.max() + 1
    incidence = scipy.sparse.csr_matrix(
        (numpy.tile([1.0, -1.0], m), edges.ravel(), 2 * numpy.arange(m + 1)), (m, n))
    return edges[:, 0], edges[:, 1], incidence, (incidence.T @ incidence).tocsc()


def pinv(u, v, incidence, laplacian, epsilon):
    z = numpy.linalg.pinv(laplacian.toarray(), hermitian=True)
    return z[u, u] + z[v, v] - 2 * z[u, v]


def splu(u, v, incidence, laplacian, epsilon):
    """A sparse LU factor of the grounded Laplacian and a solve for every vertex."""
    n = laplacian.shape[0]
    label = scipy.sparse.csgraph.connected_components(laplacian)[1]
    kept = numpy.ones(n, dtype=bool)
    kept[numpy.unique(label, return_index=True)[1]] = False
    place = numpy.cumsum(kept) - 1
    lu = scipy.sparse.linalg.splu(laplacian[kept][:, kept], permc_spec="MMD_AT_PLUS_A",
                                  options={"SymmetricMode": True})
    order = int(kept.sum())
    diagonal, off = numpy.zeros(n), numpy.zeros(len(u))
    for begin in range(0, order, 64):
        columns = numpy.arange(begin, min(begin + 64, order))
        unit = numpy.zeros((order, len(columns)))
        unit[columns, columns - begin] = 1
        z = lu.solve(unit)
        vertices = numpy.flatnonzero(kept)[columns]
        diagonal[vertices] = z[columns, columns - begin]
        mine = numpy.flatnonzero(kept[u] & kept[v] & (place[u] >= begin) & (place[u] <= columns[-1]))
        off[mine] = z[place[v[mine]], place[u[mine]] - begin]
    return diagonal[u] + diagonal[v] - 2 * off


def project(u, v, incidence, laplacian, epsilon):
    """Spielman and Srivastava: 24 ln n / epsilon^2 projections, as in their theorem; conjugate
    gradients preconditioned with the diagonal. Timed on 16 projections and extrapolated."""
    n = laplacian.shape[0]
    columns, timed = int(24 * numpy.log(n) / epsilon**2), 16
    rng = numpy.random.default_rng(1)
    degree = laplacian.diagonal()
    jacobi = scipy.sparse.diags(1 / numpy.maximum(degree, 1))
    laplacian = laplacian.tocsr()
    total = numpy.zeros(len(u))
    for _ in range(timed):
        y = incidence.T @ rng.choice([-1.0, 1.0], len(u))
        x = scipy.sparse.linalg.cg(laplacian, y, tol=epsilon / 1000, M=jacobi)[0]
        total += (x[u] - x[v]) ** 2
    project.factor = columns / timed
    return total / timed


def main():
    method = sys.argv[1]
    if method == "error":
        truth, estimate = numpy.fromfile(sys.argv[2]), numpy.fromfile(sys.argv[3])
        print("%.2g" % (abs(estimate - truth) / truth).max())
        return
    arguments = read(sys.argv[3])
    project.factor = 1
    start = time.perf_counter()
    leverage = {"pinv": pinv, "splu": splu, "project": project}[method](
        *arguments, float(sys.argv[2]))
    print("%.4g" % ((time.perf_counter() - start) * project.factor))
    leverage.tofile(sys.argv[4])


main()
