#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# gnn-train --ugs-order: removal orders from learned edge weights.
. "$SRC/tests/cli/lib.sh"
f=$SRC/datasets/karate/features.svm
edges=$SRC/datasets/karate/edges.txt

# every edge of $2 once, as wis-sparsify wants it
check_order()
{
    expect 0 wis-sparsify -q --from-order="$1" -k 50% "$2"
    expect 0 wis-sparsify -q --from-order="$1" --order -k 0 "$2"
    same "$1 as it is read" out "$1"
}

# --- orders ------------------------------------------------------------------------------------

for model in gcn gin resgcn; do
    expect 0 gnn-train -q -f "$f" -m $model -L 2 -H 16 --epochs=0 --ugs-epochs=5 --ugs-order=order \
        "$edges"
    check_order order "$edges"
done
expect 0 gnn-train -q -f "$f" -m resgcn -L 2 -H 16 --epochs=0 --ugs-epochs=5 -s 2 --ugs-order=again \
    "$edges"
differ "the seed changes nothing" order again

# the training itself is the same with and without an order
expect 0 gnn-train -q -f "$f" --epochs=20 "$edges"
cp out want
expect 0 gnn-train -f "$f" --epochs=20 --ugs-order=order --ugs-epochs=3 --report=report "$edges"
same "the table beside an order" out want
says '^gnn-train: UGS: 78 edges in 20 rounds, in [0-9.]+ s$'
for key in '"ugs_order": "order"' '"ugs_l1": ' '"ugs_epochs": 3' '"ugs": {"rounds": 20, "epochs": 60'; do
    grep -q "$key" report || fail "no $key in the report"
done

# Three classes, with as many edges between them as inside: those between are removed first. At
# random the mean positions are equal.
graph-gen -q sbm --blocks=40,40,40 --p-in=0.2 --p-out=0.1 --labels=sbm.y --features=sbm.npy -o sbm
for model in gcn gin resgcn; do
    expect 0 gnn-train -q -j 1 -f sbm.npy -y sbm.y -m $model -L 2 -H 16 --lr=0.01 --epochs=0 \
        --ugs-order=order --ugs-l1=1e-6 --ugs-epochs=50 sbm
    awk 'NR == FNR { class[NR - 1] = $1; next }
        class[$1] != class[$2] { between += FNR; b++; next }
        { inside += FNR; i++ }
        END { exit !(between / b < 0.8 * inside / i) }' sbm.y order ||
        fail "$model: edges between classes are not removed first"
done

# graphs as rows, and graphs without edges
awk 'BEGIN { for (v = 0; v < 24; v++) { print int(v / 4) >"of"; print "-1 1:1" >"ones"
    if (v % 4) print v - 1, v >"six" } }'
printf '0\n0\n0\n1\n1\n1\n' >six.y
expect 0 gnn-train -q -m gin -f ones -y six.y --graphs=of --split=100/0/0 --epochs=0 --ugs-epochs=3 \
    --ugs-order=order six
check_order order six
: >empty
expect 0 gnn-train -q -f "$f" --epochs=0 --ugs-order=order empty
[ -f order ] && [ ! -s order ] || fail "the order of no edges"

# --- errors ------------------------------------------------------------------------------------

usage()
{
    message=$1
    shift
    expect 2 gnn-train -f "$f" --ugs-order=never "$@" "$edges"
    complains "gnn-train: $message"
    [ ! -e never ] || fail "an order after '$message'"
}
for model in gat sage product mlp; do
    usage "--ugs-order is not supported by --model=$model; --model=gcn, gin and resgcn support it" \
        -m $model
done
usage '--ugs-order is one order, of one run: it excludes --runs' --runs=2
usage '--load and --ugs-order exclude each other: UGS draws its parameters' --load=model --epochs=2
usage '--ugs-order takes all graphs in every step: it excludes --batch' --batch=2 --graphs=of -y six.y
usage "--ugs-l1: -1 is out of range, expected 0 to 1e+06" --ugs-l1=-1
usage "--ugs-epochs: 0 is out of range, expected 1 to 1000000000" --ugs-epochs=0
usage "two outputs on one path: 'never'" --save=never
for option in --ugs-l1=1 --ugs-epochs=2; do
    expect 2 gnn-train -f "$f" $option "$edges"
    says "^gnn-train: ${option%=*} has no effect without --ugs-order$"
done
expect 1 gnn-train -q -f "$f" --split=0/50/50 --ugs-order=never "$edges"
complains 'gnn-train: there is nothing to learn edge weights from: no vertex with a label is in the training part'
sed 's/:1/:1e37/' "$f" >huge
expect 1 gnn-train -q -f huge --norm=none --lr=1000 --ugs-order=never "$edges"
says '^gnn-train: the loss is not finite in UGS epoch [0-9]+; try --lr smaller than 1000$'
[ ! -e never ] || fail "an order of weights that are not finite"

# SIGINT once the weights are being learned: the order is whole
if env --default-signal=INT true 2>/dev/null; then
    mkfifo pipe
    env --default-signal=INT gnn-train --progress=always -f "$f" --ugs-epochs=1000000000 \
        --ugs-order=order -o rows "$edges" 2>pipe &
    pid=$!
    { dd bs=1 count=100 2>/dev/null >/dev/null && kill -INT $pid && cat >err; } <pipe
    wait $pid
    status=$?
    [ $status = 130 ] || fail "interrupted: status $status"
    says 'interrupted in round 1 of UGS: the edges that were left follow by their weights$'
    check_order order "$edges"
    [ "$(wc -l <rows)" = 2 ] || fail "no row of an interrupted run"
fi
finish
