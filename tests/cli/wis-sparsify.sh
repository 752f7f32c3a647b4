#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# wis-sparsify: what it removes, what it keeps byte for byte, and what it refuses.
. "$SRC/tests/cli/lib.sh"

# a triangle with a tail, a loop, copies, comments, weights and blank lines
cat >graph <<'G'
# a comment
# Nodes: 6 Edges: 7
0 1 a
1 0 b
1,2

% another
2 2 loop
2	0	w
0 3
3 4
G

expect 0 wis-sparsify -q --order graph
prints '0\t1\n0\t2\n0\t3\n1\t2\n3\t4\n'

expect 0 wis-sparsify -q -r 1 graph
grep -vE '^(0 1 a|1 0 b)$' graph | sed 's/Edges: 7/Edges: 5/' >want
same "a filter keeps the other lines byte for byte" out want

expect 0 wis-sparsify -q -k 4 graph
same "keep is the rest of remove" out want
expect 0 wis-sparsify -q -k 80% graph
same "a percentage" out want
expect 0 wis-sparsify -q -r 20% graph
same "a percentage to remove" out want
expect 0 wis-sparsify -q -k 99.9% graph
same "percentages are rounded down" out want
expect 0 wis-sparsify -q -k 100% graph
same "keeping all" out graph
expect 0 wis-sparsify -q -k 0 graph
printf '# a comment\n# Nodes: 6 Edges: 1\n\n%% another\n2 2 loop\n' >want
same "keeping none keeps loops and comments" out want

# the header counts the lines that follow it
printf '0 1\n# Nodes: 3 Edges: 9\n0 2\n1 2\n' >late
expect 0 wis-sparsify -q -k 100% late
prints '0 1\n# Nodes: 3 Edges: 2\n0 2\n1 2\n'

# CRLF and a last line without newline stay as they are
printf '0 1\r\n0 2\r\n1 2' >crlf
expect 0 wis-sparsify -q -r 1 crlf
prints '0 2\r\n1 2'
expect 0 wis-sparsify -q -r 0 crlf
same "nothing removed" out crlf

# more than there is: a warning, and all of it
expect 0 wis-sparsify -k 99 late
says '^wis-sparsify: warning: the graph has 3 edges, fewer than the 99 to keep$'
expect 0 wis-sparsify -r 99 late
says 'fewer than the 99 to remove'

# a highest vertex that vanishes
printf '0 1\n0 2\n1 2\n2 3\n' >tail
expect 0 wis-sparsify -r 4 tail
says "warning: the highest vertex, 3, has no edge left"
expect 0 wis-sparsify -r 4 --header tail
prints '# Undirected graph\n# Each line is an edge\n# Nodes: 4 Edges: 0\n# FromNodeId\tToNodeId\n'
says '^wis-sparsify: 4 vertices, 4 edges: kept 0, removed 4 by 1-wis in [0-9.]+ s$'

# orders
expect 0 wis-sparsify -q --order -r 2 graph
prints '0\t1\n0\t2\n'
expect 0 wis-sparsify -q -k 3 --order-file=order -o kept graph
prints ''
printf '0\t1\n0\t2\n' >want
same "--order-file" order want
expect 0 wis-sparsify -q -k 3 graph
same "-o writes what standard output would get" kept out

wis-sparsify -q --order graph >order
expect 0 wis-sparsify -q -k 3 --from-order=order graph
same "--from-order" out kept
awk '{ print $2, $1 }' order >turned
expect 0 wis-sparsify -q -k 3 --from-order=turned graph
same "--from-order takes either direction" out kept
expect 0 sh -c 'wis-sparsify -q -k 3 --from-order=- graph <order'
same "--from-order from a pipe" out kept

head -n 4 order >short
expect 1 wis-sparsify -q -k 3 --from-order=short graph
complains "wis-sparsify: short:4: the order ends after 4 of the graph's 5 edges, without edge 3 4"
(cat order && echo '1 0') >long
expect 1 wis-sparsify -q -k 3 --from-order=long graph
complains 'wis-sparsify: long:6: edge 1 0 stands a second time in the order'
sed '2s/.*/4 5/' order >strange
expect 1 wis-sparsify -q -k 3 --from-order=strange graph
complains 'wis-sparsify: strange:2: edge 4 5 is not in the graph'
sed '3s/.*/0 x/' order >broken
expect 1 wis-sparsify -q -k 3 --from-order=broken graph
complains "wis-sparsify: broken:3: 'x' is not a vertex id, expected an integer from 0"

# directed: 0 1 and 1 0 differ; the in-degrees are 2 1 2 0
printf '0 1\n1 0\n2 0\n0 2\n1 2\n' >arcs
expect 0 wis-sparsify -q --directed --order arcs
prints '0\t2\n0\t1\n2\t0\n1\t0\n1\t2\n'

# random: a permutation that the seed decides
expect 0 wis-sparsify -q -m random --order -o random1 graph
expect 0 wis-sparsify -q -m random --order -s 1 -j 2 -o random2 graph
expect 0 wis-sparsify -q -m random --order -s 2 -o random3 graph
same "the default seed is 1" random2 random1
differ "another seed gives the same order" random1 random3
sort random1 >sorted
sort order >want
same "random orders every edge once" sorted want

# --tie=random changes nothing but ties
expect 0 wis-sparsify -q --tie=random -s 5 --order graph
sort out >sorted
same "--tie=random" sorted want

# degenerate graphs
: >empty
expect 0 wis-sparsify -q -k 50% empty
prints ''
printf '5 5\n' >loop
expect 0 wis-sparsify -q -k 0 loop
prints '5 5\n'
expect 0 wis-sparsify -q --order --nodes=3 empty
prints ''

# compressed input, pipes, compressed output
gzip -c graph >graph.gz
wis-sparsify -q -k 3 graph >want
expect 0 wis-sparsify -q -k 3 graph.gz
same "gzip input" out want
expect 0 sh -c 'gzip -c graph | wis-sparsify -q -k 3'
same "gzip from a pipe" out want
expect 0 wis-sparsify -q -k 3 -o kept.gz graph
gzip -dc kept.gz >out
same "gzip output" out want
head -c 60 graph.gz >cut.gz
expect 1 wis-sparsify -q -k 3 cut.gz
complains 'wis-sparsify: cut.gz: the gzip stream is truncated'

# usage errors
expect 2 wis-sparsify graph
says '--keep, --remove'
expect 2 wis-sparsify -k 0.5 graph
says 'did you mean 50%'
expect 2 wis-sparsify -k 3x graph
expect 2 wis-sparsify -k 101% graph
expect 2 wis-sparsify -k -1 graph
expect 2 wis-sparsify -k '' graph
expect 2 wis-sparsify -k 1 -r 1 graph
expect 2 wis-sparsify -k 1 -m nope graph
says "none of 1-wis"
expect 2 wis-sparsify -k 1 --no-such-option graph
expect 2 wis-sparsify -k 1 graph graph
expect 2 wis-sparsify -k 1 --tie=random -m random graph
says '--method=1-wis uses it'
expect 2 wis-sparsify -k 1 -o x --order-file=x graph
complains "wis-sparsify: two outputs on one path: 'x'"
expect 2 wis-sparsify -k 1 --from-order=order -m random graph

# bad data: one line with file and line, and no output file
printf '0 1\n1 x\n' >bad
expect 1 wis-sparsify -q -k 1 -o never bad
complains "wis-sparsify: bad:2: 'x' is not a vertex id, expected an integer from 0"
[ -e never ] && fail "-o left a file after an error"
printf '0 1\n\n7\n' >bad
expect 1 wis-sparsify -q -k 1 bad
complains 'wis-sparsify: bad:3: one vertex id, expected two'
printf '0 4294967295\n' >bad
expect 1 wis-sparsify -q -k 1 bad
complains 'wis-sparsify: bad:1: vertex id 4294967295 is too large, expected at most 4294967294'
printf '0 -1\n' >bad
expect 1 wis-sparsify -q -k 1 bad
expect 1 wis-sparsify -q -k 1 none
complains 'wis-sparsify: none: cannot open: No such file or directory'
expect 1 wis-sparsify -q -k 1 .
complains 'wis-sparsify: .: cannot read: Is a directory'
expect 1 sh -c 'wis-sparsify -q -k 100% graph >/dev/full'
says 'standard output: cannot write: No space left on device'
expect 1 sh -c 'wis-sparsify --help >/dev/full'
expect 1 wis-sparsify -q -k 1 -o none/x graph
complains 'wis-sparsify: none/x: cannot create: No such file or directory'

# the input file as output: replaced only when complete
cp graph both
expect 0 wis-sparsify -q -k 3 -o both both
same "output onto the input" both want

# standard descriptors that are closed do not become output files
wis-sparsify -q -k 3 -o want graph
wis-sparsify -k 3 -o closed graph 2>&-
same "closed standard error" closed want
expect 1 sh -c 'wis-sparsify -q -k 3 graph >&-'

# names of descriptors are written where they stand, and standard output is one output
echo precious >log
wis-sparsify -q -k 0 -o /dev/stdout loop >>log
printf 'precious\n5 5\n' >want
same "-o /dev/stdout appends" log want
expect 2 wis-sparsify -q -k 1 --order-file=- graph
says "two outputs on one path: '-'"
expect 2 wis-sparsify -q -k 1 --report=/dev/stdout graph
expect 0 wis-sparsify -q -k 1 --report=- -o rest graph
expect 2 wis-sparsify -q -k 1 --order-file=./new -o new graph
expect 2 wis-sparsify -q -k 1 -o '' graph
[ -e new ] && fail "an output after a usage error"

# a header that does not cover the vertices is no header
printf '# Nodes: 1 Edges: 1\n0 1\n1 5\n' >small
expect 0 wis-sparsify -k 0 small
says 'warning: the highest vertex, 5, has no edge left'
expect 0 wis-sparsify -q -k 0 --header small
grep -q '# Nodes: 6 Edges: 0' out || fail "--header where the header is too small"

# killed while it works: the output is as it was, and nothing else is left
mkdir folder
echo before >folder/out
mkfifo endless
for signal in TERM KILL; do
    wis-sparsify -q -k 1 -o folder/out endless 2>err &
    tool=$!
    exec 3>endless
    echo '0 1' >&3
    kill -$signal $tool
    wait $tool 2>/dev/null
    status=$?
    exec 3>&-
    [ "$(kill -l $status)" = $signal ] || fail "$signal: exit $status"
    [ "$(cat folder/out)" = before ] || fail "$signal changed the output"
    [ "$(ls -A folder)" = out ] || fail "$signal left $(ls -A folder)"
done

# --verbose: the time of each phase
expect 0 wis-sparsify -v -k 3 graph
for phase in reading 1-wis writing; do
    says "^wis-sparsify: $phase: [0-9.]+ s$"
done
says '^wis-sparsify: [0-9.]+ s, at most [0-9.]+ MB of memory$'

# the report is JSON with its fixed keys
expect 0 wis-sparsify -q -k 50% --report=report graph
for key in tool version options input output results seconds peak_bytes; do
    grep -q "\"$key\": " report || fail "no $key in the report"
done

# a phase of more than a second shows itself, and leaves nothing on the line
mkfifo slow
wis-sparsify -q -k 1 --progress=always slow >out 2>err &
tool=$!
exec 3>slow
for _ in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    grep -Eq 'wis-sparsify: reading  [0-9]+ s' err && break
    sleep 1
done
grep -Eq 'wis-sparsify: reading  [0-9]+ s' err || fail "no sign of life while reading"
exec 3>&-
wait $tool || fail "reading slowly: exit $?"
tail -c 3 err | od -An -c | grep -q '033   \[   K' || fail "the bar stays on the line"
expect 0 wis-sparsify -q -k 1 --progress=never graph

# a reader that goes away ends the tool silently
yes '0 1' | head -n 300000 | wis-sparsify -q -k 100% 2>err | head -n 1 >out
prints '0 1\n'
[ -s err ] && fail "SIGPIPE: $(head -n 1 err)"

finish
