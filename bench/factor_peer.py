#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Iterations of factorizations in plain PyTorch, the peer of bench_factor: gathering, products,
sums, autograd, and the papers' adaptive gradient descent.

  factor_peer.py cp ORDER DIM RANK OBSERVATIONS PRECISION [SECONDS]
  factor_peer.py gathered ORDER DIM RANK OBSERVATIONS PRECISION [SECONDS]
  factor_peer.py htf ORDER DIM WIDTH OBSERVATIONS PRECISION [SECONDS]
  factor_peer.py mf ROWS COLS DEPTH OBSERVATIONS PRECISION [SECONDS]
  factor_peer.py onehot ORDER DIM RANK OBSERVATIONS PRECISION [SECONDS]

PRECISION: single or double. Prints the median seconds of an iteration, and what it was that took the
least: a way to compute it, the observations at a time, the threads. htf has a binary tree of adjacent
modes with one width. gathered is cp in the first of its ways alone. onehot is cp as the papers' published code has it: products of the factors with
one-hot rows instead of gathered ones. The ways of cp:

  gathered  the rows of each factor that the observations need, multiplied
  halving   the same from one table of all factors, adjacent modes multiplied all at once, again and again
  tables    the products of all rows of half of the modes, twice; gathered rows of these, multiplied
  dense     the product of these two tables, which is the whole tensor; its observed entries
"""
import math
import statistics
import sys
import time

import torch

from peer_memory import keep_memory


def observations(dims, count, dtype):
    index = torch.stack([torch.randint(d, (count,)) for d in dims], 1)
    return index, torch.randn(count, dtype=dtype)


def gather(factor, rows):
    """factor[rows], by the function whose gradient is fastest: index_select takes two to four times as long."""
    return torch.nn.functional.embedding(rows, factor)


def table(factors):
    """row by row the products of their rows, the last factor's fastest"""
    product = factors[0]
    for factor in factors[1:]:
        product = (product[:, None] * factor[None]).reshape(-1, factor.shape[1])
    return product


def position(dims, index):
    """of each row of indices in such a table"""
    place = index[:, 0]
    for mode in range(1, len(dims)):
        place = place * dims[mode] + index[:, mode]
    return place


def cp_tables(dims, rank, index, factors):
    """the ways through tables of half of the modes, where these are not too large"""
    half = len(dims) // 2
    sizes = math.prod(dims[:half]), math.prod(dims[half:])
    if half == 0 or max(sizes) * rank > 2e7:
        return {}
    places = position(dims[:half], index[:, :half]), position(dims[half:], index[:, half:])

    def tables(lo, hi):
        rows = [gather(table(f), p[lo:hi]) for f, p in zip((factors[:half], factors[half:]), places)]
        return (rows[0] * rows[1]).sum(1)

    def dense(lo, hi):
        whole = table(factors[:half]) @ table(factors[half:]).T
        return gather(whole.reshape(-1, 1), (places[0] * sizes[1] + places[1])[lo:hi])[:, 0]

    return {"tables": tables, "dense": dense} if sizes[0] * sizes[1] <= 1e7 else {"tables": tables}


def cp(dims, rank, index, dtype):
    factors = [(0.5 * torch.randn(d, rank, dtype=dtype)).requires_grad_() for d in dims]
    columns = [index[:, mode].contiguous() for mode in range(len(dims))]

    def gathered(lo, hi):
        product = gather(factors[0], columns[0][lo:hi])
        for mode in range(1, len(factors)):
            product = product * gather(factors[mode], columns[mode][lo:hi])
        return product.sum(1)

    return factors, {"gathered": gathered, **cp_tables(dims, rank, index, factors)}


def cp_halving(dims, rank, index, dtype):
    factors = (0.5 * torch.randn(sum(dims), rank, dtype=dtype)).requires_grad_()
    rows = (index + torch.tensor([sum(dims[:mode]) for mode in range(len(dims))])).T.contiguous()

    def halving(lo, hi):
        h = gather(factors, rows[:, lo:hi])  # modes x observations x rank
        while len(h) > 1:
            even = len(h) // 2 * 2
            product = h[0:even:2] * h[1:even:2]
            h = product if even == len(h) else torch.cat([product, h[even:]])
        return h[0].sum(1)

    return [factors], {"halving": halving}


def onehot(dims, rank, index, dtype):
    factors = [(0.5 * torch.randn(d, rank, dtype=dtype)).requires_grad_() for d in dims]
    rows = [torch.nn.functional.one_hot(index[:, mode], d).to(dtype) for mode, d in enumerate(dims)]

    def predict(lo, hi):
        product = rows[0][lo:hi] @ factors[0]
        for mode in range(1, len(factors)):
            product = product * (rows[mode][lo:hi] @ factors[mode])
        return product.sum(1)

    return factors, {"onehot": predict}


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

    def predict(lo, hi):
        h = torch.stack([gather(leaf, index[lo:hi, mode]) for mode, leaf in enumerate(leaves)])
        for layer in layers:
            h = torch.einsum("nmi,nij->nmj", pool(h), layer)
        return pool(h)[0] @ output

    return [*leaves, *layers, output], {"rows": predict}


def mf(dims, depth, index, dtype):
    hidden = min(dims)
    sizes = [dims[1]] + [hidden] * (depth - 1) + [dims[0]]
    factors = [(0.5 * torch.randn(sizes[k + 1], sizes[k], dtype=dtype)).requires_grad_()
               for k in range(depth)]

    def predict(lo, hi):
        w = factors[0]
        for factor in factors[1:]:
            w = factor @ w
        return w[index[lo:hi, 0], index[lo:hi, 1]]

    return factors, {"product": predict}


def gathered(dims, width, index, dtype):
    """CP by the rows of the factors alone."""
    factors, ways = cp(dims, width, index, dtype)
    return factors, {"gathered": ways["gathered"]}


def median_iteration(parameters, predict, target, chunk, seconds, best):
    """Loss, gradient and a step whose length is the learning rate over the averaged norm. Gives up early on
    what is more than twice as slow as the best so far."""
    times, average, count = [], 0.0, len(target)
    end = time.perf_counter() + seconds
    while len(times) < 5 or time.perf_counter() < end:
        start = time.perf_counter()
        for lo in range(0, count, chunk):
            hi = min(lo + chunk, count)
            (((predict(lo, hi) - target[lo:hi]) ** 2).sum() / count).backward()
        with torch.no_grad():
            square = sum((p.grad ** 2).sum() for p in parameters)
            average = 0.99 * average + 0.01 * square
            step = 1e-9 / (torch.sqrt(average / (1 - 0.99 ** (len(times) + 1))) + 1e-6)
            for p in parameters:
                p -= step * p.grad
                p.grad = None
        times.append(time.perf_counter() - start)
        if len(times) == 4 and min(times) > 2 * best:
            break
    return statistics.median(times[2:])


MODELS = {"cp": (cp, cp_halving), "gathered": (gathered,), "onehot": (onehot,), "htf": (htf,), "mf": (mf,)}
WHOLE = ("tables", "dense", "product")  # what does all of its work for any part of the observations


def main():
    kind = sys.argv[1]
    first, second, width, count = (int(a) for a in sys.argv[2:6])
    dtype = {"single": torch.float32, "double": torch.float64}[sys.argv[6]]
    seconds = float(sys.argv[7]) if len(sys.argv) > 7 else 1
    dims = [first, second] if kind == "mf" else [second] * first
    keep_memory()
    torch.manual_seed(1)
    index, target = observations(dims, count, dtype)
    best = float("inf"), ""
    for model in MODELS[kind]:
        parameters, ways = model(dims, width, index, dtype)
        for name, predict in ways.items():
            for chunk in {count} if name in WHOLE else {count, min(count, 256)}:
                for threads in (1, 2):
                    torch.set_num_threads(threads)
                    time_ = median_iteration(parameters, predict, target, chunk, seconds, best[0])
                    best = min(best, (time_, f"{name}, {chunk} at a time, {threads} threads"))
    print(f"{best[0]:.7f}\t{best[1]}")


main()
