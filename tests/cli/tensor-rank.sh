#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# tensor-rank: its table for small tensors, and what it refuses.
. "$SRC/tests/cli/lib.sh"
head='modes\trows\tcols\trank\teffective_rank\ttop_singular\n'

# exact singular values: [2 0 0; 0 1 0], whose effective rank is 3 / 2^(2/3)
printf '# dims: 2 3\n1 1 2\n1 2 0\n1 3 0\n2 1 0\n2 2 1\n2 3 0\n' >m.tns
expect 0 tensor-rank m.tns
prints "${head}1\t2\t3\t2\t1.8898815748423097\t2\n"
says '^tensor-rank: order 2, 6 entries: 1 matricization in [0-9.]+ s$'
expect 0 tensor-rank -q --tolerance=1 m.tns
prints "${head}1\t2\t3\t1\t1.8898815748423097\t2\n"
# in any order, compressed, from a pipe, from 0, with dimensions that are given
gzip -c m.tns | tensor-rank -q >out
prints "${head}1\t2\t3\t2\t1.8898815748423097\t2\n"
printf '0 1 0\n0 0 2\n' >r.tns
expect 0 tensor-rank -q --index-base=0 --dims=1x2 r.tns
prints "${head}1\t1\t2\t1\t1\t2\n"
# zeros, one entry, order 1
printf '1 1 1 0\n' >z.tns
expect 0 tensor-rank -q --cp z.tns
prints "${head}1\t1\t1\t0\t0\t0\n2\t1\t1\t0\t0\t0\n3\t1\t1\t0\t0\t0\ncp\t-\t-\t0\t-\t-\n"
printf '1 3\n2 4\n' >v.tns
expect 0 tensor-rank -q --cp v.tns
prints "${head}1\t2\t1\t1\t1\t5\ncp\t-\t-\t1\t-\t-\n"

# planted ranks: modes and ranks alone
ranks()
{
    expect 0 tensor-rank -q "$@"
    cut -f 1,4 out >short
    mv short out
}
tensor-gen -q --dims=6x7x8x5 --cp-rank=3 -o cp.npy
ranks --cp cp.npy
prints 'modes\trank\n1\t3\n2\t3\n3\t3\n4\t3\n1,2\t3\n1,3\t3\n1,4\t3\ncp\t3\n'
ranks --tree cp.npy
prints 'modes\trank\n1\t3\n2\t3\n3\t3\n4\t3\n1,2\t3\n3,4\t3\n'
ranks --tree=half cp.npy
prints 'modes\trank\n1\t3\n2\t3\n3\t3\n4\t3\n1,3\t3\n2,4\t3\n'
ranks --tree=square cp.npy
prints 'modes\trank\n1\t3\n2\t3\n3\t3\n4\t3\n'
ranks --tree --arity=3 cp.npy
prints 'modes\trank\n1\t3\n2\t3\n3\t3\n4\t3\n1,2,3\t3\n'
tensor-gen -q --dims=5x5x5x5 --htf-rank=4,2 | tensor-rank -q --tree | cut -f 1,4 >out
prints 'modes\trank\n1\t4\n2\t4\n3\t4\n4\t4\n1,2\t2\n3,4\t2\n'
expect 0 tensor-rank --cp=2 cp.npy
tail -n 1 out >last
mv last out
prints 'cp\t-\t-\t-\t-\t-\n'
says '^tensor-rank: warning: no fit with up to 2 components: relative squared error [0-9.e-]+$'

# bad data
expect 1 tensor-rank missing
complains 'tensor-rank: missing: cannot open: No such file or directory'
printf '1 1 1\n2 2 1\n' >part.tns
expect 1 tensor-rank part.tns
complains 'tensor-rank: part.tns: 2 of 4 entries are missing, expected a complete tensor'
printf '1 1 1\n1 2 x\n' >bad.tns
expect 1 tensor-rank -o never bad.tns
complains "tensor-rank: bad.tns:2: 'x' is not a value, expected a finite number"
[ -e never ] && fail "a file after an error"
: >empty
expect 1 tensor-rank empty
complains "tensor-rank: empty: no observation, expected lines \`i_1 ... i_N value'"
printf '1 1 1\n1 1 2\n' >twice.tns
expect 1 tensor-rank twice.tns
complains 'tensor-rank: twice.tns:2: the coordinates are those of line 1, expected each entry once'
printf '1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1 5\n' >order21.tns
expect 1 tensor-rank order21.tns
complains 'tensor-rank: a tensor of order 21 has too many matricizations, expected an order of 20 at most; --tree takes fewer'
ranks --tree --arity=21 order21.tns
[ "$(wc -l <out)" = 22 ] || fail "--tree of order 21"
expect 1 tensor-rank --tree=square m.tns
complains 'tensor-rank: --tree: a square tree of 2 modes with arity 4, expected two squares such as 16 and 4'

# usage errors
usage()
{
    message=$1
    shift
    expect 2 tensor-rank "$@"
    complains "tensor-rank: $message"
}
usage '--arity is of a --tree' --arity=3 m.tns
usage "more than one FILE: 'm.tns'" m.tns m.tns
expect 2 tensor-rank --tree=tall m.tns
says '^tensor-rank: --tree: '
expect 2 tensor-rank --tolerance=-1 m.tns
says '^tensor-rank: --tolerance: '
expect 2 tensor-rank --cp=0 m.tns
says '^tensor-rank: --cp: '
expect 1 tensor-rank -q m.tns -o /dev/full
complains 'tensor-rank: /dev/full: cannot write: No space left on device'

# the report
expect 0 tensor-rank -q --cp --report=r.json cp.npy
grep -q '"results": {"cp_rank": 3, "cp_error": [0-9.e-]*, "matricizations": 7}' r.json ||
    fail "$(cat r.json)"
finish
