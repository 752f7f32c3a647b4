# SPDX-License-Identifier: GPL-3.0-or-later
# What the tests of the completion tools share; sourced by them after lib.sh.

# column NAME FILE: the last value in that column of a table; nothing if there is no such column
column()
{
    awk -v name="$1" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) k = i } { x = $k }
        END { if (k) print x }' "$2"
}

# holds 'CONDITION' WHAT: an awk condition is true, and of finite numbers alone: awk takes nan and inf
# for variables, which are 0
holds()
{
    case $1 in *nan* | *inf*) fail "$2: $1" ;; esac
    awk "BEGIN { exit !($1) }" 2>/dev/null || fail "$2: $1"
}

# follows_golden PREFIX: losses and factors are those of another implementation, from the same
# start, in the folders PREFIX-* of ../shared, where they are
follows_golden()
{
    golden=$SRC/../shared/golden/factorization
    [ -d "$golden" ] && /usr/bin/python3 -c 'import numpy' 2>err || return 0
    for d in "$golden/$1"-*; do
        name=$(basename "$d")
        read -r tool args <"$d/args"
        # shellcheck disable=SC2086
        expect 0 "$tool" -q $args --load="$d/init" --factors="$name" --log="$name.log" \
            --log-every=1 -o /dev/null "$d/observed.tns"
        /usr/bin/python3 - "$d" "$name" <<'P' || fail "$name"
import glob, sys
import numpy
d, name = sys.argv[1:]
files = glob.glob(d + "/expected.*.npy")
assert files
for f in files:
    assert abs(numpy.load(f) - numpy.load(name + f[len(d + "/expected"):])).max() < 1e-8, f
log = numpy.genfromtxt(name + ".log", names=True, delimiter="\t")
assert abs(log["loss"] - numpy.loadtxt(d + "/losses.txt")).max() < 1e-8
P
    done
}

# diverges LR TOOL ARGS...: from values of 1, with steps of LR the loss leaves the finite numbers: nothing is written but
# the checkpoint, which is of a finite loss; ARGS end with the observed entries
diverges()
{
    lr=$1
    shift
    expect 1 "$@" --init-std=1 --optimizer=gd --lr="$lr" --log-every=1 --checkpoint=finite -o none
    says "^$1: the loss is not finite at iteration [0-9]+; try --lr smaller than $lr; finite holds iteration [0-9]+\$"
    [ "$(wc -l <err)" = 1 ] || fail "$1: $(cat err)"
    [ -e none ] && fail "$1: an output although the loss is not finite"
    expect 0 "$@" -q --optimizer=gd --lr=1e-300 --resume=finite -n 0 -o resumed
    grep -Eiq 'nan|inf' resumed && fail "$1: the checkpoint is not finite"
    expect 1 "$@" -q --optimizer=gd --lr="$lr" --resume=finite -o none
    says "^$1: the loss is not finite at iteration [0-9]+; try --lr smaller than $lr\$"
    rm -f finite resumed
}
