#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Inputs at the limits: a table of what each of them took, in Markdown. LIMITS_HUGE=1 adds more than 2^31
# lines, which take minutes.
. "$SRC/tests/cli/lib.sh"

# limit STATUS WHAT COMMAND...: the command, which has -v, exits with STATUS; a row of the table
limit()
{
    wanted=$1
    what=$2
    shift 2
    "$@" >out 2>err
    got=$?
    [ "$got" = "$wanted" ] || fail "$what: exit $got, wanted $wanted; $(tail -n 1 err)"
    took=$(sed -n 's/^[a-z-]*: \([0-9.]*\) s, at most \([0-9.]*\) MB of memory$/\1 | \2/p' err)
    [ "$took" ] || fail "$what: $(head -n 1 err)"
    [ "$wanted" = 0 ] || what="$what: $(tail -n 1 err | sed 's/^[^:]*: //')"
    echo "| $1 | $what | $took |"
}

# finite FILE: its last column has numbers only
finite()
{
    awk '!/^#|^modes/ && $NF !~ /^-?[0-9.]+(e[+-]?[0-9]+)?$/ { print; exit }' "$1" | grep . &&
        fail "not a number in $1"
}

echo '| tool | input | seconds | MB |'
echo '| --- | --- | --: | --: |'

# --- many lines, long lines, large ids ---------------------------------------------------------

if [ "${LIMITS_HUGE:-0}" = 1 ]; then
    yes '0 1' | head -n 2200000000 |
        limit 0 '2 200 000 000 lines `0 1`, --check' graph-convert -v --check
    grep -q '^lines	2200000000$' out || fail "2^31 lines: $(cat out)"
    grep -q '^duplicates	2199999999$' out || fail "2^31 lines: $(cat out)"
fi
{ yes '# a comment' | head -n 1000000 && echo '0 1'; } >comments
limit 0 'a million comment lines' wis-sparsify -v -k 1 -o same comments
same "a million comment lines" same comments
{ printf '0 1 ' && yes 'word' | head -n 1000000 | tr '\n' ' ' && printf '\n1 2\n'; } >long
limit 0 'a line of 5 MB' wis-sparsify -v -k 100% -o same long
same "a line of 5 MB" same long
{ printf '1' && seq 1000000 | sed 's/$/:1/' | tr '\n' ' ' | sed 's/^/ /' && printf '\n0 1:2\n0 2:1\n'; } >wide
printf '0 1\n1 2\n' >path
limit 0 'a line of 9 MB, a million features' gnn-train -v -f wide --split=100/0/0 --epochs=2 -H 4 path
printf '0 1\n5 4294967294\n' >far
limit 0 'ids up to 2^32 - 2' graph-convert -v far
printf '0 4294967295\n' >too-far
limit 1 'an id of 2^32 - 1' graph-convert -v too-far

# --- a vertex of degree 10^7 -----------------------------------------------------------------------

seq 10000000 | sed 's/^/0 /' >star
limit 0 'degree 10^7' graph-convert -v --to=npy -o star.npy star
limit 0 'degree 10^7, --check' graph-convert -v --check star
grep -q '^degree_max	10000000$' out || fail "degree 10^7: $(cat out)"
limit 0 'degree 10^7, 1-WIS, half of the edges' wis-sparsify -v -k 50% -o half star
[ "$(wc -l <half)" = 5000000 ] || fail "half of a star: $(wc -l <half)"
limit 0 'degree 10^7' walkindex -v -o indices star
[ "$(sed -n 2p indices)" = '0	1	10000001	0	30000001' ] || fail "a star: $(sed -n 2p indices)"
rm -f star star.npy half indices

# --- tensors ---------------------------------------------------------------------------------------

awk 'BEGIN { for (k = 1; k <= 3; k++) { for (n = 0; n < 1000; n++) printf "%d ", 1 + (n % 3 == k - 1)
    print k } }' >thousand
limit 0 'order 1000, R = 1' tf-complete -v -r 1 --init-mean=1 -n 10 --at=thousand -o at thousand
finite at
limit 2 'order 1000, the whole tensor' tf-complete -v -r 1 -n 1 thousand
limit 0 'order 1000' htf-complete -v --widths=1,1,1,1,1,1,1,1,1,1 -n 10 --init-std=0.5 --at=thousand -o at thousand
finite at
printf '1 1 5\n' >single
for tool in tf-complete mf-complete htf-complete; do
    limit 0 '1 observation' $tool -v -n 1000 -o at single
    finite at
done
awk 'BEGIN { for (i = 1; i <= 9; i++) for (j = 1; j <= 9; j++) print i, j, 2 }' >equal
limit 0 'all values equal, R = 1' tf-complete -v -r 1 --init-std=0.5 -n 5000 -o at equal
finite at
awk '!/^#/ && ($3 - 2) ^ 2 > 1e-4' at | grep . && fail "all values equal"
limit 0 'all values equal' mf-complete -v -n 1000 -o at equal
limit 0 'all values equal' tensor-rank -v equal
[ "$(sed -n 2p out | cut -f 4)" = 1 ] || fail "the rank of equal values: $(cat out)"

# values near the largest double, and denormal ones
awk 'BEGIN { for (i = 1; i <= 3; i++) for (j = 1; j <= 3; j++) print i, j, (i * j % 5 - 2) "e307" }' >large
sed 's/e307/e-310/' large >denormal
for tool in tf-complete mf-complete htf-complete; do
    limit 1 'values near 10^308' $tool -v -n 10 -o at large
    limit 0 'denormal values' $tool -v -n 1000 --tol=0 -o at denormal
    finite at
done
limit 0 'values near 10^308, --loss=l1' tf-complete -v --loss=l1 -n 10 -o at large
finite at
limit 0 'values near 10^308' tensor-rank -v large
finite out
limit 0 'denormal values' tensor-rank -v denormal
finite out
printf '0 1\n1 2\n' >path
printf '0 1:3e38 2:1e-42\n1 1:-3e38\n0 2:1\n' >extreme
limit 0 'features near 10^38 and denormal' gnn-train -v -f extreme --split=100/0/0 --epochs=5 -H 4 path
printf '0 1:1e39\n1 1:1\n0 1:1\n' >infinite
limit 1 'a feature of 10^39' gnn-train -v -f infinite --split=100/0/0 --epochs=5 -H 4 path
finish
