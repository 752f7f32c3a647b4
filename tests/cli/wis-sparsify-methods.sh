#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# wis-sparsify: the methods beside 1-WIS, their options, tables, plots and reports.
. "$SRC/tests/cli/lib.sh"

# two triangles that share vertex 2, and a tail
printf '0 1\n0 2\n1 2\n2 3\n2 4\n3 4\n4 5\n' >graph

# wis with depth 2 is 1-wis
expect 0 wis-sparsify -q --order -o one graph
expect 0 wis-sparsify -q --order -m wis -L 2 -o two graph
same "depth 2 is 1-wis" two one

# depth 3, by hand: 1 + 3 d + 2 tri is 9 9 17 9 12 4; only without 2 4, which makes it
# 9 9 12 7 7 4, is there no second vertex at 4 or below
expect 0 wis-sparsify -q --order -r 1 -m wis graph
prints '2\t4\n'

# every method orders every edge once; partitions imply wis
tr ' ' '\t' <graph | sort >edges
printf '# the left triangle, seen from 0\n0: 0,1\n5: 5 4\n' >parts
printf '0 1\n' >bare
while read -r options; do
    # shellcheck disable=SC2086
    expect 0 wis-sparsify -q $options --order graph
    sort out >sorted
    same "$options orders every edge" sorted edges
done <<'L'
-m 1-wis
-m wis
-m wis -t graph -L 4
-m wis --batch=3 --tie=random
-p parts
-p bare -t graph
-m random
-m spectral
L
expect 1 wis-sparsify -q -p bare --order graph
says '^wis-sparsify: bare:1: '
expect 2 wis-sparsify -q -p parts -m random --order graph
says '^wis-sparsify: --partitions is not used by --method=random; --method=wis uses it'

# weights: a light edge beside a path of heavy ones goes first, whatever the seed
printf '0 1 1000000\n1 2 1000000\n0 2 1\n' >weighted
for seed in 1 2 3 4 5; do
    expect 0 wis-sparsify -q -s $seed -m spectral --weights=3 --order -r 1 weighted
    prints '0\t2\n'
done
printf '0 1 1\n1 0 1.5\n' >torn
expect 1 wis-sparsify -q -m spectral --weights=3 --order torn
complains 'wis-sparsify: torn:2: edge 0 1 is listed with weights 1 and 1.5, the first on line 1'
expect 1 wis-sparsify -q -m spectral --weights=4 --order weighted
complains 'wis-sparsify: weighted:1: no column 4, expected a weight there'

# options that a method does not use are refused, and the message names the one that does
expect 2 wis-sparsify -k 1 -L 3 graph
says '^wis-sparsify: --depth is not used by --method=1-wis; --method=wis uses it'
expect 2 wis-sparsify -k 1 -t graph graph
says '^wis-sparsify: --task=graph is not used by --method=1-wis'
expect 0 wis-sparsify -q -k 1 -t vertex graph
expect 2 wis-sparsify -k 1 --batch=1 graph
expect 2 wis-sparsify -k 1 --weights=3 graph
says 'method=spectral uses it'
expect 0 wis-sparsify -q -k 1 -m spectral --epsilon=0 graph
expect 2 wis-sparsify -q -k 1 -m spectral --epsilon=1 graph
expect 2 wis-sparsify -k 1 -m wis --directed graph
says '^wis-sparsify: --directed is not used by --method=wis; --method=1-wis uses it'
expect 2 wis-sparsify -k 1 -m wis -L 1 graph

# tables
expect 0 wis-sparsify -q --compare=1-wis,random -L 3 -k 100%,50%,0 graph
printf 'method\tkeep\tedges\tisolated\tcomponents\tmin\tmedian\tmean\n' >want
printf '1-wis\t100%%\t7\t0\t1\t4\t9\t10\n1-wis\t50%%\t3\t' >>want
head -c "$(wc -c <want)" out >top
same "the table" top want
[ "$(wc -l <out)" = 7 ] || fail "a row for every method and amount"
tail -n 1 out >last
printf 'random\t0\t0\t6\t6\t0\t0\t0\n' >want
same "the last row" last want
expect 2 wis-sparsify --compare=1-wis graph
says '--compare goes with --keep'
expect 2 wis-sparsify --compare=1-wis -m wis -k 1 graph
says '^wis-sparsify: --compare takes the place of --method'
expect 2 wis-sparsify --compare=1-wis,nope -k 1 graph
expect 2 wis-sparsify --compare=1-wis,1-wis -k 1 graph
expect 2 wis-sparsify --compare=random --batch=2 -k 1 graph
says '^wis-sparsify: --batch is not used by --compare=random; --method=wis uses it'
expect 2 wis-sparsify -k 1 --plot=x.svg graph
expect 2 wis-sparsify --compare=1-wis -k 1 --plot=x.jpg graph
if command -v gnuplot >/dev/null; then
    for suffix in svg png pdf; do
        expect 0 wis-sparsify -q --compare=1-wis,random -k 7,3,1 --plot=x.$suffix graph
        [ -s x.$suffix ] || fail "no picture x.$suffix"
    done
fi
set -- wis-sparsify -q --compare=1-wis,random -k 7,3,1 --plot=none.svg graph
expect 1 env PATH="$BUILD/src" "$@"
complains 'wis-sparsify: gnuplot: cannot start (on Debian: apt-get install gnuplot-nox): No such file or directory'
mkdir fake
for script in 'cat >script; echo half; exit 1' 'cat >script'; do # it fails; it makes nothing
    printf '#!/bin/sh\n%s\n' "$script" >fake/gnuplot
    chmod +x fake/gnuplot
    expect 1 env PATH="$PWD/fake:$PATH" "$@"
    complains 'wis-sparsify: gnuplot: no picture was made'
    grep -q '^set terminal svg' script || fail "the script for gnuplot: $(head -n 3 script)"
done
[ ! -e none.svg ] || fail "a picture that gnuplot has not made"

expect 0 wis-sparsify -q --compare=1-wis -k 7,1 --report=report graph
grep -q '"table": \[{"method": "1-wis", "keep": "7", "vertices": 6, ' report ||
    fail "the table in the report: $(cat report)"
: >none
expect 1 wis-sparsify -q -p none -k 1 graph
complains 'wis-sparsify: none: no partitions to preserve'

# the report has walk indices before and after
expect 0 wis-sparsify -q -m wis -L 3 -r 1 --report=report graph
grep -q '"before": {"vertices": 6, "edges": 7, "isolated": 0, "components": 1, "walk_index_min": 4, "walk_index_median": 9, "walk_index_mean": 10}' report ||
    fail "before: $(cat report)"
grep -q '"after": {"vertices": 6, "edges": 6, ' report || fail "after: $(cat report)"

finish
