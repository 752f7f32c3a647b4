#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Training steps of graph neural networks in plain PyTorch, the peer of bench_gnn.

  gnn_peer.py MODEL GRAPH FEATURES [SECONDS]

MODEL: gcn, gin, gat, sage, resgcn or mlp, with the sizes that gnn-train has by default. GRAPH: an
edge list; FEATURES: svmlight, or .npy. Prints the median seconds of a step (forward, cross-entropy on
the training rows, backward, Adam) of the fastest of these variants, and its name: features dense or
sparse, aggregation by torch.sparse or by index_add, 1 or 2 threads. Every variant runs for SECONDS.
"""
import gzip
import itertools
import statistics
import sys
import time

import numpy as np
import torch
import torch.nn.functional as F
from torch import nn

from peer_memory import keep_memory


def open_text(path):
    return gzip.open(path, "rt") if path.endswith(".gz") else open(path)


def read_features(path):
    """A dense tensor, a sparse one or None, and the labels or None."""
    if path.endswith(".npy"):
        return torch.from_numpy(np.load(path).astype(np.float32)), None, None
    labels, rows, cols, values = [], [], [], []
    with open_text(path) as lines:
        for number, line in enumerate(lines):
            label, *entries = line.split()
            labels.append(int(label))
            for entry in entries:
                index, value = entry.split(":")
                rows.append(number)
                cols.append(int(index) - 1)
                values.append(float(value))
    sparse = torch.sparse_coo_tensor(
        [rows, cols], torch.tensor(values), (len(labels), max(cols) + 1)).coalesce()
    return sparse.to_dense(), sparse, torch.tensor(labels)


def read_edges(path, n):
    """Both directions of every edge, without copies and self-loops: target, source."""
    with open_text(path) as lines:
        pairs = np.array([line.split()[:2] for line in lines if line[:1] not in ("#", "%", "\n")],
                         dtype=np.int64)
    pairs = pairs[pairs[:, 0] != pairs[:, 1]]
    both = np.unique(np.concatenate([pairs, pairs[:, ::-1]]) @ np.array([n, 1]))
    return torch.from_numpy(both // n), torch.from_numpy(both % n)


class Graph:
    """Neighbourhood sums with weights, by a sparse product or by gathering and index_add."""

    def __init__(self, n, target, source, gather):
        loops = torch.arange(n)
        self.n, self.gather = n, gather
        self.target, self.source = target, source
        self.closed_target = torch.cat([target, loops])
        self.closed_source = torch.cat([source, loops])
        degree = torch.bincount(target, minlength=n).float()
        root = (degree + 1).rsqrt()
        self.gcn = self.matrix(self.closed_target, self.closed_source,
                               root[self.closed_target] * root[self.closed_source])
        self.sum = self.matrix(target, source, torch.ones(len(target)))
        self.mean = self.matrix(target, source, 1 / degree[target])

    def matrix(self, target, source, weight):
        if self.gather:
            return target, source, weight[:, None]
        return torch.sparse_coo_tensor(torch.stack([target, source]), weight,
                                       (self.n, self.n)).coalesce()

    def times(self, matrix, x):
        if not self.gather:
            return torch.sparse.mm(matrix, x)
        target, source, weight = matrix
        return x.new_zeros(self.n, x.shape[1]).index_add(0, target, x.index_select(0, source) * weight)

    def softmax(self, score, target):
        """Over the edges of each target, column by column."""
        index = target.view(-1, *[1] * (score.dim() - 1)).expand_as(score)
        largest = score.new_zeros(self.n, *score.shape[1:]).scatter_reduce(
            0, index, score.detach(), "amax", include_self=False)
        e = (score - largest.index_select(0, target)).exp()
        total = e.new_zeros(self.n, *score.shape[1:]).index_add(0, target, e)
        return e / total.index_select(0, target)


class Linear(nn.Linear):
    """Accepts sparse features."""

    def forward(self, x):
        if not x.is_sparse:
            return super().forward(x)
        y = torch.sparse.mm(x, self.weight.t())
        return y if self.bias is None else y + self.bias


class Gcn(nn.Module):
    def __init__(self, p, q):
        super().__init__()
        self.w, self.b = Linear(p, q, bias=False), nn.Parameter(torch.zeros(q))

    def forward(self, x, g):
        return g.times(g.gcn, self.w(x)) + self.b


class Sage(nn.Module):
    def __init__(self, p, q):
        super().__init__()
        self.own, self.other = Linear(p, q), Linear(p, q, bias=False)

    def forward(self, x, g):
        return self.own(x) + g.times(g.mean, self.other(x))


class Gin(nn.Module):
    def __init__(self, p, q):
        super().__init__()
        self.eps = nn.Parameter(torch.zeros(1))
        self.first, self.norm, self.second = Linear(p, q, bias=False), nn.BatchNorm1d(q), nn.Linear(q, q)

    def forward(self, x, g):
        x = self.first(x)  # the sum commutes with the product, and is cheaper behind it
        return self.second(F.relu(self.norm((1 + self.eps) * x + g.times(g.sum, x))))


class Gat(nn.Module):
    def __init__(self, p, q, heads=4):
        super().__init__()
        self.w, self.heads = Linear(p, q, bias=False), heads
        self.left = nn.Parameter(torch.randn(heads, q // heads) * 0.1)
        self.right = nn.Parameter(torch.randn(heads, q // heads) * 0.1)
        self.b = nn.Parameter(torch.zeros(q))

    def forward(self, x, g):
        x = self.w(x).view(g.n, self.heads, -1)
        score = F.leaky_relu((x * self.left).sum(-1).index_select(0, g.closed_target) +
                             (x * self.right).sum(-1).index_select(0, g.closed_source), 0.2)
        alpha = g.softmax(score, g.closed_target)
        messages = x.index_select(0, g.closed_source) * alpha[..., None]
        y = x.new_zeros(x.shape).index_add(0, g.closed_target, messages)
        return y.flatten(1) + self.b


class Mlp(nn.Module):
    def __init__(self, p, q):
        super().__init__()
        self.w = Linear(p, q)

    def forward(self, x, g):
        return self.w(x)


class Plain(nn.Module):
    """Three layers of 64, relu and layer norm after each, a linear layer."""

    def __init__(self, layer, p, classes):
        super().__init__()
        self.layers = nn.ModuleList(layer(q, 64) for q in (p, 64, 64))
        norms = layer is not Gin
        self.norms = nn.ModuleList(nn.LayerNorm(64) if norms else nn.Identity() for _ in range(3))
        self.out = nn.Linear(64, classes)

    def forward(self, x, g):
        for layer, norm in zip(self.layers, self.norms):
            x = norm(F.relu(layer(x, g)))
        return self.out(x)


class Residual(nn.Module):
    """Ten res+ blocks of 128 with softmax aggregation, batch norm and dropout."""

    def __init__(self, p, classes, layers=10, width=128):
        super().__init__()
        self.encode = Linear(p, width)
        self.convs = nn.ModuleList(nn.Linear(width, width) for _ in range(layers))
        self.norms = nn.ModuleList(nn.BatchNorm1d(width) for _ in range(layers))
        self.out = nn.Linear(width, classes)

    def conv(self, x, g, linear):
        message = F.relu(x) + 1e-7
        message = message.index_select(0, g.source)
        weight = g.softmax(0.1 * message, g.target)
        return linear(x + torch.zeros_like(x).index_add(0, g.target, weight * message))

    def forward(self, x, g):
        h = self.conv(self.encode(x), g, self.convs[0])
        for linear, norm in zip(self.convs[1:], self.norms):
            h = h + self.conv(F.dropout(F.relu(norm(h)), 0.5, self.training), g, linear)
        return self.out(F.dropout(F.relu(self.norms[-1](h)), 0.5, self.training))


LAYERS = {"gcn": Gcn, "gin": Gin, "gat": Gat, "sage": Sage, "mlp": Mlp}


def median_step(model, x, g, label, train, seconds):
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-4, weight_decay=1e-3)
    times = []
    end = time.perf_counter() + seconds
    while len(times) < 4 or time.perf_counter() < end:
        start = time.perf_counter()
        optimizer.zero_grad()
        F.cross_entropy(model(x, g)[train], label[train]).backward()
        optimizer.step()
        times.append(time.perf_counter() - start)
    return statistics.median(times[1:])  # the first touches fresh memory


def main():
    kind, graph_path, feature_path = sys.argv[1:4]
    seconds = float(sys.argv[4]) if len(sys.argv) > 4 else 3
    keep_memory()
    torch.manual_seed(1)
    dense, sparse, label = read_features(feature_path)
    n = len(dense)
    if label is None:
        label = torch.randint(40, (n,))
    train = torch.randperm(n)[: n * 8 // 10]
    target, source = read_edges(graph_path, n)
    gathers = [False, True] if kind in ("gcn", "gin", "sage") else [True]
    features = {"dense": dense} if sparse is None else {"dense": dense, "sparse": sparse}
    best = None
    for (name, x), gather, threads in itertools.product(features.items(), gathers, (1, 2)):
        torch.set_num_threads(threads)
        classes = int(label.max()) + 1
        model = (Residual(x.shape[1], classes) if kind == "resgcn"
                 else Plain(LAYERS[kind], x.shape[1], classes))
        step = median_step(model, x, Graph(n, target, source, gather), label, train, seconds)
        what = f"{name} features, {'index_add' if gather else 'sparse product'}, {threads} threads"
        print(f"{kind}: {step:.5f} s, {what}", file=sys.stderr)
        if best is None or step < best[0]:
            best = step, what
    print(f"{best[0]:.6f}\t{best[1]}")


main()
