#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# gnn-train: its tables and files, and what it refuses.
. "$SRC/tests/cli/lib.sh"
karate=$SRC/datasets/karate
f=$karate/features.svm
edges=$karate/edges.txt
header='run\tseed\tmodel\tlayers\thidden\tvertices\tedges\tparameters\tepochs\tbest_epoch\ttrain_loss\ttrain_acc\tval_acc\ttest_acc\n'

# column NAME: that column of the table in ./out, without its header
column()
{
    awk -F '\t' -v name="$1" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) c = i; next }
        { print $c }' out
}

# --- the table ---------------------------------------------------------------------------------

expect 0 gnn-train -q -f "$f" --epochs=60 --lr=0.01 "$edges"
head -n 1 out >first
printf "$header" >want
same "header" first want
sed 1d out | cut -f 1-9 >row
printf '1\t1\tgcn\t3\t64\t34\t78\t11074\t60\n' >want
same "what is trained" row want
[ ! -s err ] || fail "-q is not quiet"
cp out one

# everything there is in a graph, from a pipe, with another number of threads
expect 0 sh -c "gzip -c $edges | gnn-train -q -j 1 -f $f --epochs=60 --lr=0.01 -"
same "one thread, from a pipe" out one
for j in 2 3; do
    expect 0 gnn-train -q -j $j -f "$f" --epochs=60 --lr=0.01 -o table "$edges"
    same "$j threads, -o" table one
done

# split and labels in files, no test part; - where there is nothing to score
awk '{ print $1 }' "$f" >labels
awk '{ print NR % 3 == 1 ? "train" : NR % 3 == 2 ? "val" : "none" }' labels >split
expect 0 gnn-train -q -f "$f" -y labels --split=split --epochs=200 --lr=0.01 "$edges"
[ "$(column test_acc)" = - ] || fail "test accuracy of nothing: $(column test_acc)"
[ "$(column val_acc | cut -c 1-3)" = 0.9 ] || [ "$(column val_acc)" = 1 ] ||
    fail "karate: validation accuracy $(column val_acc)"
expect 0 gnn-train -q -f "$f" --split=100/0/0 --epochs=5 "$edges"
[ "$(column epochs)$(column best_epoch)$(column val_acc)" = 55- ] || fail "without validation"

# runs: each with a seed and a split of its own, the same table as single runs
expect 0 gnn-train -q -f "$f" --epochs=20 -s 7 --runs=3 "$edges"
[ "$(column seed | tr '\n' ' ')" = '7 8 9 ' ] || fail "seeds of runs"
sed -n 4p out | cut -f 2- >third
expect 0 gnn-train -q -f "$f" --epochs=20 -s 9 "$edges"
sed -n 2p out | cut -f 2- >single
same "the third of three runs" third single
expect 0 gnn-train -f "$f" --epochs=20 --runs=2 "$edges"
says 'test accuracy of 2 runs [01]\.[0-9]{4}, standard deviation'
expect 0 gnn-train -f "$f" --epochs=2 --split=100/0/0 "$edges"
says 'test accuracy unknown at epoch 2 of 2'
expect 0 gnn-train -f "$f" --epochs=2 --split=100/0/0 --runs=2 "$edges"
says 'test accuracy of 2 runs unknown, in'

# every model and classifier, on an SBM; those that see the neighbours and do not multiply them learn it
graph-gen -q sbm --blocks=30,30,30 --p-in=0.3 --p-out=0.01 --labels=sbm.y --features=sbm.npy -o sbm
for model in gcn gin gat sage resgcn mlp product; do
    for classifier in linear conv; do
        expect 0 gnn-train -q -f sbm.npy -y sbm.y -m $model --classifier=$classifier -L 2 -H 16 \
            --split=60/20/20 --epochs=60 --lr=0.02 sbm
        [ $model = product ] || [ $model = mlp ] || [ "$(column train_acc | cut -c 1-3)" = 0.9 ] ||
            [ "$(column train_acc)" = 1 ] || fail "$model: accuracy $(column train_acc)"
    done
done
expect 0 gnn-train -q -f sbm.npy -y sbm.y --norm=batch --dropout=0.3 --row-normalize --epochs=3 sbm

# early stopping, and --strict without it
expect 0 gnn-train -q -f sbm.npy -y sbm.y --patience=5 --strict sbm
[ "$(column epochs)" -lt 10000 ] || fail "did not stop early"
expect 3 gnn-train -q -f sbm.npy -y sbm.y --epochs=3 --strict sbm
complains 'gnn-train: run 1 ended after 3 epochs, before 1000 of them had been without improvement'
[ "$(column epochs)" = 3 ] || fail "--strict writes no results"

# --- log, report, progress ---------------------------------------------------------------------

expect 0 gnn-train -q -f "$f" --epochs=3 --runs=2 --log=log --report=report "$edges"
cut -f 1,2 log >epochs
printf 'run\tepoch\n1\t0\n1\t1\n1\t2\n1\t3\n2\t0\n2\t1\n2\t2\n2\t3\n' >want
same "epochs of the log" epochs want
head -n 1 log >first
printf 'run\tepoch\tloss\ttrain_acc\tval_acc\ttest_acc\tseconds\n' >want
same "header of the log" first want
# the row of the best epoch is that of the table
awk -F '\t' 'NR > 1 { print $1, $10, $11, $12, $13, $14 }' out >want
awk -F '\t' 'NR == FNR { best[$1] = $10; next } $2 == best[$1] { print $1, $2, $3, $4, $5, $6 }' \
    out log | sed '/^run/d' >best
same "best epoch" best want
for key in tool version options input output results seconds peak_bytes '"lr": 0.0005' \
    '"split": "80/10/10"' '"end": "epochs"' '"parameters": 11074'; do
    grep -q "$key" report || fail "no $key in the report"
done
expect 0 gnn-train -f "$f" --epochs=3 --progress=always "$edges"

# --- models and predictions --------------------------------------------------------------------

expect 0 gnn-train -q -f "$f" --epochs=40 --lr=0.01 --runs=3 --save=model --predict=classes "$edges"
cut -f 13 out | sed 1d | sort -g | tail -n 1 >best
head -n 1 classes >first
printf 'vertex\tpredicted\tp0\tp1\n' >want
same "header of the predictions" first want
[ "$(wc -l <classes)" = 35 ] || fail "a prediction for each vertex"
awk -F '\t' 'NR > 1 && ($2 != ($4 > $3) || $3 + $4 < 0.9999 || $3 + $4 > 1.0001) { exit 1 }' classes ||
    fail "probabilities"
expect 0 gnn-train -q -f "$f" --load=model --predict=again "$edges"
same "predictions of the loaded model" again classes
column val_acc >loaded
same "the model that was saved is the best" loaded best
[ "$(column epochs)" = 0 ] || fail "--load trains"
expect 0 gnn-train -q -j 1 -f "$f" --load=model --save=model2.gz "$edges"
expect 0 sh -c 'gzip -dc model2.gz >model2'
same "a model saved once more" model2 model
expect 0 sh -c "gnn-train -q -f $f --load=- --predict=again $edges <model"
same "a model from a pipe" again classes
expect 0 gnn-train -q -f "$f" --load=model --epochs=5 "$edges"
[ "$(column epochs)" = 5 ] || fail "--load --epochs does not train"
expect 0 gnn-train -q -f "$f" --load=model -m gcn -L 3 --norm=layer "$edges"
# features without labels, the last of which no vertex has
sed 's/^[01] /-1 /; s/ 34:1$//' "$f" >unlabelled
expect 0 gnn-train -q -f unlabelled --load=model --predict=again "$edges"
[ "$(column train_acc)$(column test_acc)" = -- ] || fail "accuracy without labels"
# trained on a split from a file
expect 0 gnn-train -q -f "$f" --split=split --epochs=3 --save=model3 "$edges"
expect 0 gnn-train -f "$f" --load=model3 "$edges"
says 'warning: accuracies are not known'
expect 2 gnn-train -f "$f" --load=model3 --epochs=2 "$edges"
complains 'gnn-train: --split is needed: the model in model3 was trained on one from a file'

# graphs: three squares, three stars
cat >six <<'G'
0 1
1 2
2 3
3 0
4 5
5 6
6 7
7 4
8 9
9 10
10 11
11 8
12 13
12 14
12 15
16 17
16 18
16 19
20 21
20 22
20 23
G
awk 'BEGIN { for (v = 0; v < 24; v++) { print int(v / 4) >"of"; print "-1 1:1" >"ones" } }'
printf '0\n0\n0\n1\n1\n1\n' >six.y
printf 'train\ntrain\nval\ntrain\ntrain\nval\n' >six.split
for batch in '' --batch=3; do
    expect 0 gnn-train -q -m gin --norm=none -f ones -y six.y --graphs=of --split=six.split \
        --epochs=300 --lr=0.01 --predict=classes --save=model4 $batch six
    [ "$(column train_acc)$(column val_acc)" = 11 ] || fail "graphs: $(column val_acc)"
    cut -f 1,2 classes >found
    printf 'graph\tpredicted\n0\t0\n1\t0\n2\t0\n3\t1\n4\t1\n5\t1\n' >want
    same "classes of graphs" found want
done
expect 0 gnn-train -q -f ones --graphs=of --load=model4 --predict=again six
same "graphs without labels" again classes
sed '24s/.*/4000000000/' of >far.of # without memory for as many graphs
expect 1 gnn-train -q -f ones --graphs=far.of --load=model4 six
complains 'gnn-train: far.of: the largest number is 4000000000, with 24 vertices in all: graphs are numbered from 0'
expect 2 gnn-train -q -f ones --load=model4 six
complains 'gnn-train: the model in model4 predicts graphs: it goes with --graphs'
expect 2 gnn-train -q -f "$f" --graphs=of --load=model "$edges"
complains 'gnn-train: the model in model predicts vertices: it goes without --graphs'

# --- errors ------------------------------------------------------------------------------------

usage()
{
    message=$1
    shift
    expect 2 gnn-train "$@"
    complains "gnn-train: $message"
}
usage '--features is required' "$edges"
usage "--model: 'gnc' is none of gcn, gin, gat, sage, resgcn, product, mlp" -f "$f" -m gnc "$edges"
usage "--layers: 0 is out of range, expected 1 to 10000" -f "$f" -L 0 "$edges"
usage "--epochs: '3x' is not an integer from 0" -f "$f" --epochs=3x "$edges"
usage "--lr: 'nan' is not a number" -f "$f" --lr=nan "$edges"
usage '--dropout: 1 drops everything, expected less' -f "$f" --dropout=1 "$edges"
usage '--heads is not used by --model=gcn; --model=gat uses it' -f "$f" --heads=2 "$edges"
usage '--norm is not used by --model=product; the other models use it' -f "$f" -m product \
    --norm=layer "$edges"
usage '--heads=5 does not divide --hidden=64' -f "$f" -m gat --heads=5 "$edges"
usage '--batch is a number of graphs: it goes with --graphs' -f "$f" --batch=3 "$edges"
usage '--graphs needs --labels, with a line for each graph' -f "$f" --graphs=of "$edges"
usage '--split-seed goes with a random split, not with --split=split' -f "$f" --split=split \
    --split-seed=2 "$edges"
usage "--split: '80/10/20' are not three percentages whose sum is at most 100, such as 80/10/10" \
    -f "$f" --split=80/10/20 "$edges"
usage '--lr has no effect: --load trains further only with --epochs' -f "$f" --load=model --lr=1 \
    "$edges"
usage '--load and --runs exclude each other' -f "$f" --load=model --runs=2 "$edges"
usage '--runs=2 from --seed=18446744073709551615 on: the last seed is beyond 18446744073709551615' \
    -f "$f" --runs=2 --seed=18446744073709551615 "$edges"
usage "two outputs on one path: 'x'" -f "$f" --save=x --log=x "$edges"
usage 'only one of the graph, --features, --labels, --split, --graphs and --load can be standard input' \
    -f - -
usage '--layers contradicts the model in model, which has --layers=3' -f "$f" --load=model -L 2 \
    "$edges"
usage '--row-normalize contradicts the model in model, which was trained without it' -f "$f" \
    --load=model --row-normalize "$edges"

# bad MESSAGE ARGUMENT...: bad data; no output
bad()
{
    message=$1
    shift
    expect 1 gnn-train -q --save=never "$@"
    complains "gnn-train: $message"
    [ ! -s out ] && [ ! -e never ] || fail "output after '$message'"
}
echo '0 40' >large
bad "large: the graph has 41 vertices, but $f has features of 34" -f "$f" large
echo '0 4294967294' >far # without memory for as many vertices
bad "far: the graph has 4294967295 vertices, but $f has features of 34" -f "$f" far
printf '# wide\n0 1:1\n1 4000000000:1\n' >wide # without weights for as many features
bad 'wide:3: feature 4000000000, with 2 entries in all: features are numbered from 1' -f wide far
printf '0 1:1\n1 1:2\n0 1:1 3:1\n' >three
bad "$edges: the graph has 34 vertices, but three has features of 3" -f three "$edges"
echo '0 2' >pair
echo 1 >one.y
bad 'one.y: 1 labels, expected 3, as many as three has' -f three -y one.y pair
echo train >one.split
bad 'one.split: 1 lines, expected 3, as many as three has' -f three --split=one.split pair
printf 'train\nfoo\nval\n' >bad.split
expect 1 gnn-train -q -f three --split=bad.split pair
says '^gnn-train: bad.split:2: '
printf '0\n0\n' >two.of
bad 'two.of: 2 vertices, expected 3, as many as three has' -f three -y one.y --graphs=two.of pair
printf '0\n0\n1\n' >two.of
bad 'one.y: 1 labels, expected 2, as many as two.of has' -f three -y one.y --graphs=two.of pair
printf '0\n1\n' >two.y
bad 'pair: edge 0 2 joins graph 0 and graph 1' -f three -y two.y --graphs=two.of pair
printf -- '-1 1:1\n-1 1:2\n' >none
echo 0 1 >pair
bad 'none: nothing has a label' -f none pair
bad 'there is nothing to train on: no vertex with a label is in the training part' -f "$f" \
    --split=0/50/50 "$edges"
printf '7000000 1:1\n0 1:2\n' >gap
bad 'gap: the largest label is 7000000, with 2 labels in all: classes are numbered from 0' -f gap pair
bad 'sbm.npy: there are no labels in this format: --labels is needed' -f sbm.npy sbm
bad 'missing: cannot open: No such file or directory' -f missing "$edges"
expect 2 gnn-train -q -f '' "$edges"
complains 'gnn-train: an input without a name'
printf '0 1:1\n1 2:x\n' >malformed
expect 1 gnn-train -q -f malformed pair
says '^gnn-train: malformed:2: '
expect 1 gnn-train -q -f "$f" malformed
says '^gnn-train: malformed:1: '
bad "sbm.npy: 128 features, but the model in model expects 34" -f sbm.npy --load=model sbm
printf '2 1:1\n1 2:1\n' >three.svm
bad 'three.svm: label 2, but the model in model knows 2 classes, from 0' -f three.svm --load=model pair
bad "$edges: not a checkpoint of walkrank" -f "$f" --load="$edges" "$edges"
head -c 3000 model >cut
bad 'cut: damaged or cut short: the checksum does not match' -f "$f" --load=cut "$edges"

# forge SCRIPT MODEL: MODEL with a header changed by sed and the checksum (gzip's) that fits, in forged
forge()
{
    LC_ALL=C sed "1,/^data/{$1}" "$2" | head -c -4 >body
    { cat body && gzip -c body | tail -c 8 | head -c 4; } >forged
}
expect 0 gnn-train -q -f "$f" -m gin -L 1 --classifier=conv --epochs=0 --save=gin "$edges"
forge 's/^hidden .*/hidden 2000000000/' gin
bad "forged: the checkpoint has 'hidden 2000000000', a value that makes no sense" -f "$f" \
    --load=forged "$edges"
forge 's/^model .*/model gat/; s/^heads .*/heads 5/' model
bad 'forged: the checkpoint has 5 heads, which do not divide its width 64' -f "$f" --load=forged \
    "$edges"
forge 's/^dropout .*/dropout 1/' model
bad "forged: the checkpoint has 'dropout 1', a value that makes no sense" -f "$f" --load=forged \
    "$edges"

# a loss that is not finite: what was learned before is written
sed 's/:1/:1e37/' "$f" >huge
expect 1 gnn-train -q -f huge --norm=none --lr=1000 --save=kept "$edges"
says '^gnn-train: run 1: the loss is not finite in epoch [0-9]+; try --lr smaller than 1000$'
[ "$(wc -l <err)" = 1 ] || fail "a run that diverged: $(cat err)"
[ -e kept ] && [ "$(column run)" = 1 ] || fail "nothing is kept of a run that diverged"
expect 0 gnn-train -q -f huge --load=kept "$edges"
column train_loss | grep -Eq '^[0-9.e+]+$' || fail "the model of a run that diverged: $(cat out)"
sed 's/:1/:3e38/' "$f" >huge
expect 1 gnn-train -q -f huge -m gin --norm=none "$edges"
complains 'gnn-train: run 1: the loss is not finite before any step: features or parameters are too large'

# --- outputs that fail, readers that go, interruption --------------------------------------------

if [ -e /dev/full ]; then
    expect 1 sh -c "gnn-train -q -f $f --epochs=2 $edges >/dev/full"
    says 'No space left on device'
    expect 1 gnn-train -q -f "$f" --epochs=2 --save=/dev/full -o unwritten "$edges"
    [ ! -e unwritten ] || fail "a result although the model could not be written"
fi
expect 0 sh -c "{ gnn-train -q -f $f --epochs=2 $edges; echo \$? >status; } | true"
case $(cat status) in 0 | 141) ;; *) fail "a closed pipe: status $(cat status)" ;; esac

# SIGINT: the log arrives in a pipe once the training is under way
if env --default-signal=INT true 2>/dev/null; then
    mkfifo pipe
    env --default-signal=INT gnn-train -q -f "$f" --epochs=1000000000 --patience=1000000000 --log=pipe \
        --save=stopped -o rows "$edges" 2>err &
    pid=$!
    { head -n 2 >/dev/null && kill -INT $pid && cat >/dev/null; } <pipe
    wait $pid
    status=$?
    [ $status = 130 ] || fail "interrupted: status $status"
    says '^gnn-train: interrupted in run 1, after epoch [0-9]+$'
    cp rows out
    [ "$(column epochs)" -gt 0 ] || fail "no results of an interrupted run"
    expect 0 gnn-train -q -f "$f" --load=stopped "$edges"
    cut -f 11- out >scores
    cut -f 11- rows >want
    same "the model of an interrupted run" scores want
fi
finish
