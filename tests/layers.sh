#!/bin/sh
# The layering of lib/: who may include whom. Prints every include that breaks it.
#   base <- data <- {io, linalg};  linalg <- {sparsify, gen, gnn, factor};  only src/ joins them.
set -u
cd "${SRC:-$(dirname "$0")/..}" || exit 1

allowed() {
    case $1 in
    base) echo base ;;
    data) echo base data ;;
    io | linalg) echo base data "$1" ;;
    *) echo base data linalg "$1" ;;
    esac
}

broken=0
complain() {
    echo "$*"
    broken=1
}

for file in lib/*/*.[ch]; do
    folder=$(basename "$(dirname "$file")")
    may=$(allowed "$folder")
    for include in $(sed -n 's/^#include "\(.*\)\/[^/]*"$/\1/p' "$file"); do
        case " $may " in
        *" $include "*) ;;
        *) complain "$file: $folder may not include $include/" ;;
        esac
    done
    grep -nE '\b(printf|puts|exit|abort|getenv|perror)\(' "$file" | grep -vE 'wr_|snprintf' |
        grep . && complain "$file: lib/ never prints, never exits, never reads the environment"
    case $file in
    *.c) [ "$(grep -m1 '^#include' "$file")" = '#include <config.h>' ] ||
        complain "$file: the first include is <config.h>" ;;
    esac
done

# third-party headers stay behind one file each
only() {
    header=$1
    shift
    found=$(grep -lE "#include [<\"].*$header" lib/*/*.[ch] src/*.[ch] 2>/dev/null)
    for file in $found; do
        case " $* " in
        *" $file "*) ;;
        *) complain "$file includes $header, which belongs to $*" ;;
        esac
    done
}
only igraph.h lib/io/foreign.c lib/gen/famous.c
only cholmod.h lib/linalg/laplacian.c
only gmp.h lib/data/counts.c
only cblas.h lib/linalg/dense.c
only lapacke.h lib/linalg/dense.c
only omp.h lib/base/blocks.c

exit $broken
