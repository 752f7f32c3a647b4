# SPDX-License-Identifier: GPL-3.0-or-later
"""The files that the scripts of this folder write."""
import contextlib
import gzip
import os


@contextlib.contextmanager
def replacing(path):
    """A binary file under a temporary name that becomes PATH when the block ends well, so that
    PATH is whole or as it was before."""
    temporary = f"{path}.{os.getpid()}.tmp"
    try:
        with open(temporary, "wb") as file:
            yield file
        os.replace(temporary, path)
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.remove(temporary)


def write_lines(path, lines, compress=False):
    """compress adds .gz to the name; without a time stamp, so that the same lines give the same
    bytes."""
    data = "".join(f"{line}\n" for line in lines).encode()
    if compress:
        path, data = path + ".gz", gzip.compress(data, 9, mtime=0)
    with replacing(path) as file:
        file.write(data)


def edge_lines(n, pairs):
    """n vertices; pairs (u, v), u < v, sorted, each once."""
    yield f"# Nodes: {n} Edges: {len(pairs)}"
    for u, v in pairs:
        yield f"{u}\t{v}"
