#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Iterations of factorizations in plain PyTorch, the peer of bench_factor: gathering, products,
sums, autograd, and the papers' adaptive gradient descent.

  factor_peer.py cp ORDER DIM RANK OBSERVATIONS PRECISION [SECONDS]
  factor_peer.py htf ORDER DIM WIDTH OBSERVATIONS PRECISION [SECONDS]
  factor_peer.py mf ROWS COLS DEPTH OBSERVATIONS PRECISION [SECONDS]
  factor_peer.py onehot ORDER DIM RANK OBSERVATIONS PRECISION [SECONDS]

PRECISION: single or double. Prints the median seconds of an iteration with 1 or 2 threads, whichever
is less. htf has a binary tree of adjacent modes with one width. onehot is cp as the papers' published
code has it: products of the factors with one-hot rows instead of gathered ones.
"""
import statistics
import sys
import time

import torch


def observations(dims, count, dtype):
    index = torch.stack([torch.randint(d, (count,)) for d in dims], 1)
    return index, torch.randn(count, dtype=dtype)


def gather(factor, rows):
    """factor[rows], by the function whose gradient is fastest: index_select takes two to four times as long."""
    return torch.nn.functional.embedding(rows, factor)


def cp(dims, rank, index, dtype):
    factors = [(0.5 * torch.randn(d, rank, dtype=dtype)).requires_grad_() for d in dims]

    def predict():
        product = gather(factors[0], index[:, 0])
        for mode in range(1, len(factors)):
            product = product * gather(factors[mode], index[:, mode])
        return product.sum(1)

    return factors, predict


def onehot(dims, rank, index, dtype):
    factors = [(0.5 * torch.randn(d, rank, dtype=dtype)).requires_grad_() for d in dims]
    rows = [torch.nn.functional.one_hot(index[:, mode], d).to(dtype) for mode, d in enumerate(dims)]

    def predict():
        product = rows[0] @ factors[0]
        for mode in range(1, len(factors)):
            product = product * (rows[mode] @ factors[mode])
        return product.sum(1)

    return factors, predict


def htf(dims, width, index, dtype):
    def normal(*shape):
        return (0.5 * torch.randn(*shape, dtype=dtype)).requires_grad_()

    leaves = [normal(d, width) for d in dims]
    layers, nodes = [], len(dims)
    while nodes > 2:
        nodes = (nodes + 1) // 2
        layers.append(normal(nodes, width, width))
    output = normal(width)

    def pool(h):  # nodes x observations x width: the products over pairs of nodes
        even = len(h) // 2 * 2
        pooled = h[0:even:2] * h[1:even:2]
        return pooled if even == len(h) else torch.cat([pooled, h[even:]])

    def predict():
        h = torch.stack([gather(leaf, index[:, mode]) for mode, leaf in enumerate(leaves)])
        for layer in layers:
            h = torch.einsum("nmi,nij->nmj", pool(h), layer)
        return pool(h)[0] @ output

    return [*leaves, *layers, output], predict


def mf(dims, depth, index, dtype):
    hidden = min(dims)
    sizes = [dims[1]] + [hidden] * (depth - 1) + [dims[0]]
    factors = [(0.5 * torch.randn(sizes[k + 1], sizes[k], dtype=dtype)).requires_grad_()
               for k in range(depth)]

    def predict():
        w = factors[0]
        for factor in factors[1:]:
            w = factor @ w
        return w[index[:, 0], index[:, 1]]

    return factors, predict


def median_iteration(parameters, predict, target, seconds):
    """loss, gradient and a step whose length is the learning rate over the averaged norm"""
    times, average = [], 0.0
    end = time.perf_counter() + seconds
    while len(times) < 4 or time.perf_counter() < end:
        start = time.perf_counter()
        ((predict() - target) ** 2).mean().backward()
        with torch.no_grad():
            square = sum((p.grad ** 2).sum() for p in parameters)
            average = 0.99 * average + 0.01 * square
            step = 1e-9 / (torch.sqrt(average / (1 - 0.99 ** (len(times) + 1))) + 1e-6)
            for p in parameters:
                p -= step * p.grad
                p.grad = None
        times.append(time.perf_counter() - start)
    return statistics.median(times[1:])


def main():
    kind = sys.argv[1]
    first, second, width, count = (int(a) for a in sys.argv[2:6])
    dtype = {"single": torch.float32, "double": torch.float64}[sys.argv[6]]
    seconds = float(sys.argv[7]) if len(sys.argv) > 7 else 2
    dims = [first, second] if kind == "mf" else [second] * first
    torch.manual_seed(1)
    best = float("inf")
    for threads in (1, 2):
        torch.set_num_threads(threads)
        index, target = observations(dims, count, dtype)
        parameters, predict = {"cp": cp, "onehot": onehot, "htf": htf, "mf": mf}[kind](
            dims, width, index, dtype)
        best = min(best, median_iteration(parameters, predict, target, seconds))
    print(f"{best:.7f}")


main()
