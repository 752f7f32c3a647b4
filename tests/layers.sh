#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The layering of the tree: who may include whom, and what lib/ never does. Prints every line
# that breaks it.
cd "${SRC:-$(dirname "$0")/..}" || exit 1

awk '
BEGIN {
    # base <- data <- {io, linalg}; linalg <- every algorithm, base <- optim <- what is trained;
    # only src/ joins them
    may["base"] = " base "
    may["data"] = " base data "
    may["io"] = " base data io "
    may["linalg"] = " base data linalg "
    may["optim"] = " base optim "
    may["gnn"] = " base data linalg optim gnn "
    may["factor"] = " base data linalg optim factor "

    # third-party headers stay behind one file each
    home["igraph.h"] = " lib/io/foreign.c lib/gen/famous.c "
    home["cholmod.h"] = " lib/linalg/laplacian.c "
    home["gmp.h"] = " lib/data/counts.c "
    home["lapacke.h"] = " lib/linalg/dense.c "
    home["cblas.h"] = home["lapacke.h"] " lib/linalg/gemm.c "
    home["zstd.h"] = " lib/io/decoder.c lib/io/encoder.c "
    home["zlib.h"] = home["zstd.h"] " lib/io/checkpoint.c "
    home["pthread.h"] = home["semaphore.h"] = " lib/base/team.c src/bar.h "
}

function complain(what) {
    print FILENAME ":" FNR ": " what
    broken = 1
}

FNR == 1 {
    split(FILENAME, part, "/")
    in_lib = part[1] == "lib"
    folder = part[2]
    if (in_lib && !(folder in may))
        may[folder] = " base data linalg " folder " "
    first_include = FILENAME ~ /\.c$/
}

/^#include/ {
    if (first_include && $2 != "<config.h>")
        complain("the first include is <config.h>")
    first_include = 0
    target = $2
    gsub(/[<>"]/, "", target)
    n = split(target, word, "/")
    if (in_lib && n == 2 && $2 ~ /^"/ && !index(may[folder], " " word[1] " "))
        complain(folder " may not include " word[1] "/")
    if (word[n] in home && !index(home[word[n]], " " FILENAME " "))
        complain(word[n] " belongs to" home[word[n]])
}

in_lib && /(^|[^a-z_])(printf|puts|exit|abort|getenv|perror) *\(/ {
    complain("lib/ never prints, never exits, never reads the environment")
}

END { exit broken }
' lib/*/*.[ch] src/*.[ch]
