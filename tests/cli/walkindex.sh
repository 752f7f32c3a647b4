#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# walkindex: its table, exactly, and what it refuses.
. "$SRC/tests/cli/lib.sh"

# a triangle 0 1 2 with a tail 2 3 4; copies, a loop and an isolated vertex 5
cat >graph <<'G'
# Nodes: 6
0 1
1 0
1,2
2	0
2 2
2 3
3 4 w
G

# depth 3: 1 + 3 degree + 2 triangles
expect 0 walkindex -q graph
prints 'partition\tsize\tboundary\ttarget\twalk_index
0\t1\t3\t0\t9
1\t1\t3\t1\t9
2\t1\t4\t2\t12
3\t1\t3\t3\t7
4\t1\t2\t4\t4
5\t1\t0\t5\t0\n'
cp out vertices
expect 0 walkindex -q -l 2 graph
same "a length of 2 is a depth of 3" out vertices
expect 0 sh -c 'gzip -c graph | walkindex -q -L 3 -j 1 -'
same "gzip through a pipe" out vertices
expect 0 walkindex -q -o table graph
prints ''
same "-o writes what standard output would get" table vertices

expect 0 walkindex -q -L 2 -t graph graph
prints 'partition\tsize\tboundary\ttarget\twalk_index
0\t1\t3\t-\t10
1\t1\t3\t-\t10
2\t1\t4\t-\t13
3\t1\t3\t-\t9
4\t1\t2\t-\t5
5\t1\t0\t-\t0\n'

# no steps at all: is the target in the boundary, and how large is that
expect 0 walkindex -q -L 1 -I 0,1 -T 0,2,4 graph
prints 'partition\tsize\tboundary\ttarget\twalk_index
1\t2\t3\t0\t1
1\t2\t3\t2\t1
1\t2\t3\t4\t0\n'
expect 0 walkindex -q -l 0 -t graph -I 1,0,1 graph
prints 'partition\tsize\tboundary\ttarget\twalk_index\n1\t2\t3\t-\t3\n'

# every vertex, another target
expect 0 walkindex -q -l 1 -T 3 graph
prints 'partition\tsize\tboundary\ttarget\twalk_index
0\t1\t3\t3\t1
1\t1\t3\t3\t1
2\t1\t4\t3\t2
3\t1\t3\t3\t3
4\t1\t2\t3\t2
5\t1\t0\t3\t0\n'

# partition files: rows are named by their lines, targets by the line or by -T
printf '# subsets\n0,1\n\n4: 3 2 # the tail\n0 1 2 3 4 5\n' >parts
expect 0 walkindex -q -l 1 -p parts -T 2,3 graph
prints 'partition\tsize\tboundary\ttarget\twalk_index
2\t2\t3\t2\t3
2\t2\t3\t3\t1
4\t2\t5\t4\t2
5\t6\t0\t2\t0
5\t6\t0\t3\t0\n'
expect 0 walkindex -q -l 1 -t graph -p parts graph
prints 'partition\tsize\tboundary\ttarget\twalk_index
2\t2\t3\t-\t10
4\t2\t5\t-\t15
5\t6\t0\t-\t0\n'
expect 0 sh -c 'walkindex -q -l 1 -t graph -p - graph <parts'
sed 1d out >rows
expect 0 walkindex -q -l 1 -t graph -p parts graph
sed 1d out >want
same "partitions from a pipe" rows want

# bounds: 36 log 2 and 9 log(1/9 + 1); 41 log 2; log 2 at an empty boundary
expect 0 walkindex -q -w 2 -I 0 -T 0 graph
prints 'partition\tsize\tboundary\ttarget\twalk_index\tlog_sep_upper\tlog_sep_lower
1\t1\t3\t0\t9\t24.95329850015803\t0.9482446409204367\n'
expect 0 walkindex -q -w 2 -L 2 -t graph graph
cut -f 1,6 out >bounds
printf 'partition\tlog_sep_upper\n0\t28.419034402957756\n1\t28.419034402957756\n' >want
head -n 3 bounds >first
same "graph prediction" first want
expect 0 sh -c 'walkindex -q -w 2 -L 2 -t graph graph | tail -n 1'
prints '5\t1\t0\t-\t0\t0.6931471805599453\t0\n'
expect 0 sh -c 'walkindex -q -w 2 -L 2 graph | tail -n 1'
prints '5\t1\t0\t5\t0\t0\t0\n'
expect 0 walkindex -q -w 5 --input-width=1 -I 0 -T 0 graph
cut -f 7 out | tail -n 1 >lower
echo 0 >want
same "inputs of width 1 guarantee nothing" lower want

# exact beyond 64 and 128 bits: two vertices joined by an edge have 2^(L-1) closed walks
printf '0 1\n' >pair
expect 0 walkindex -q -L 65 pair
prints 'partition\tsize\tboundary\ttarget\twalk_index
0\t1\t2\t0\t18446744073709551616
1\t1\t2\t1\t18446744073709551616\n'
expect 0 walkindex -q -t graph -l 199 -I 1 pair
prints 'partition\tsize\tboundary\ttarget\twalk_index
1\t1\t2\t-\t1606938044258990275541962092341162602522202993782792835301376\n'

# degenerate graphs
: >empty
expect 0 walkindex -q empty
prints 'partition\tsize\tboundary\ttarget\twalk_index\n'
expect 0 walkindex -q -w 3 -L 7 --nodes=1 empty
prints 'partition\tsize\tboundary\ttarget\twalk_index\tlog_sep_upper\tlog_sep_lower
0\t1\t0\t0\t0\t0\t0\n'
expect 0 walkindex -q -t graph -p empty graph
prints 'partition\tsize\tboundary\ttarget\twalk_index\n'

# the summary and the report
expect 0 walkindex --report=report graph
says '^walkindex: 6 vertices, 5 edges: 6 walk indices of length 2 in [0-9.]+ s$'
for key in '"tool": *"walkindex"' '"depth": *3' '"length": *2' '"rows": *6' '"vertices": *6'; do
    grep -Eq "$key" report || fail "the report has no $key: $(cat report)"
done

# data errors
expect 1 walkindex -t graph -I 0,999 graph
complains 'walkindex: --subset: vertex 999 is out of range: the graph has 6 vertices, numbered from 0'
expect 1 walkindex -T 6 graph
complains 'walkindex: --target: vertex 6 is out of range: the graph has 6 vertices, numbered from 0'
printf '0 1\n0 6\n' >far
expect 1 walkindex -t graph -p far graph
complains 'walkindex: far:2: vertex 6 is out of range: the graph has 6 vertices, numbered from 0'
# a number that no graph has is out of range, as one that this graph lacks, and no usage error
expect 1 walkindex -T 4294967295 graph
complains 'walkindex: --target: vertex id 4294967295 is too large, expected at most 4294967294'
# partitions on standard input have a name
expect 1 sh -c 'walkindex -t graph -p - graph <far'
complains 'walkindex: standard input:2: vertex 6 is out of range: the graph has 6 vertices, numbered from 0'
expect 1 walkindex -p parts graph
complains "walkindex: parts:2: no target: vertex prediction wants \`t:' before the ids"
printf '0 1\n2: x\n' >bad
expect 1 walkindex -t graph -p bad graph
complains "walkindex: bad:2: 'x' is not a vertex id, expected an integer from 0"
expect 1 walkindex -t graph -p missing graph
says '^walkindex: missing: .*No such file'
printf '0 1\n1 x\n' >broken
expect 1 walkindex broken
complains "walkindex: broken:2: 'x' is not a vertex id, expected an integer from 0"
expect 1 sh -c 'walkindex -q graph >/dev/full'
expect 1 walkindex -o kept -p bad -T 0 graph
[ ! -e kept ] || fail "-o left a file after an error"

# usage errors
expect 2 walkindex -L 3 -l 2 graph
says '^walkindex: --depth and --length exclude each other$'
expect 2 walkindex -L 0 graph
says '^walkindex: --depth: 0 is out of range, expected 1 to '
expect 2 walkindex -l 2x graph
says "^walkindex: --length: '2x' is not an integer from 0$"
expect 2 walkindex -t graph -T 0 graph
says '^walkindex: --target is not used by --task=graph; --task=vertex uses it$'
expect 2 walkindex -I 0 graph
says '^walkindex: --subset needs --target, or --task=graph$'
expect 2 walkindex -I 0 -p parts -T 0 graph
says '^walkindex: --subset and --partitions exclude each other$'
expect 2 walkindex -I 0,,1 -T 0 graph
says "^walkindex: --subset: '' is not a vertex id, expected an integer from 0$"
expect 2 walkindex -T 0,x graph
says "^walkindex: --target: 'x' is not a vertex id, expected an integer from 0$"
expect 2 walkindex --input-width=3 graph
says '^walkindex: --input-width needs --width$'
expect 2 walkindex -w 0 graph
expect 2 walkindex -t edge graph
expect 2 walkindex --no-such-option graph
expect 2 sh -c 'walkindex -p - -T 0 <parts'
says '^walkindex: only one of the graph and --partitions can be standard input$'

finish
