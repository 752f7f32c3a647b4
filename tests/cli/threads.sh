#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# All tools: every file and everything printed has the same bytes for 1, 2, 4 and 7 threads, or for as
# many as THREADS lists.
. "$SRC/tests/cli/lib.sh"

# Inputs of more than a few of the fixed blocks that work is cut into.
graph-gen -q sbm --blocks=6x100 --p-in=0.08 --p-out=0.004 --labels=y --features=f.npy -o g
awk '{ print $0 "\t" 1 + NR % 7 }' g | grep -v '#' >weighted
graph-gen -q er --nodes=8000 --edges=50000 -o large
graph-convert -q -o large.mtx large
gzip -k large
sed 's/[0-9][0-9]*/v&/g' large | grep -v '#' >words
awk 'BEGIN { for (i = 0; i < 40; i++) { for (v = i; v < 600; v += 41) printf "%d ", v; print "" } }' >parts
sed 's/^/5: /' parts >targeted
awk 'BEGIN { for (v = 0; v < 600; v++) print int(v / 12) >"graphs"
    for (v = 0; v < 599; v++) if (v % 12 < 11) print v, v + 1 >"paths"
    for (i = 0; i < 50; i++) print i % 3 >"paths.y" }'
tensor-gen -q --dims=12x12x12x12 --cp-rank=3 --observe=6000 --noise=0.1 -o t.tns --truth=truth.npy
tensor-gen -q --dims=60x50 --matrix-rank=3 --observe=1500 -o m.tns
tensor-gen -q --dims=6x6x6 --cp-rank=2 --sensing=X.npy --targets=y.npy --observe=900
head -n 1000 t.tns >part.tns

# shellcheck disable=SC2034
{
    gnn='-f f.npy -y y -L 2 -H 16 --epochs=4 --log=d/log --save=d/model --predict=d/predictions g'
    complete='-n 30 --tol=0 --log-every=10 --log=d/log --checkpoint=d/state --factors=d/factors'
    tf="$complete -r 5"
    htf="$complete --init-std=0.3"
    mf=$complete
}

THREADS=${THREADS:-1 2 4 7}
first=j${THREADS%% *}
while read -r command; do
    for j in $THREADS; do
        mkdir d
        eval "$command -q -j $j" >d/stdout 2>d/stderr </dev/null || fail "$command: $(head -n 1 d/stderr)"
        # a log ends its rows with the seconds
        [ ! -e d/log ] || sed -i 's/[^\t]*$//' d/log
        mv d "j$j"
    done
    [ -n "$(find "$first" -type f -size +0)" ] || fail "$command: nothing is written"
    for j in $THREADS; do
        diff -r "j$j" "$first" >differences || fail "$command, $j threads: $(head -n 3 differences)"
    done
    rm -r j[0-9]*
done <<'L'
graph-gen er --nodes=5000 --edges=90000
graph-gen er --nodes=5000 --prob=0.01
graph-gen ba --nodes=5000 --attach=7
graph-gen rmat --scale=12
graph-gen grid --rows=60 --cols=70
graph-gen regular --nodes=5000 --degree=8
graph-gen geometric --nodes=5000 --mean-degree=20 --exponent=2.5
graph-gen sbm --blocks=5x1000 --p-in=0.02 --p-out=0.001 --labels=d/y --features=d/f.npy
graph-gen famous:karate
graph-convert -o d/out.mtx large
graph-convert -o d/out.npy large.gz
graph-convert -o d/out.graph large.mtx
graph-convert --directed -o d/out large.mtx
graph-convert --relabel --map=d/map -o d/out words
graph-convert --to=graphml -o d/out g
graph-convert --check large
wis-sparsify -k 50% --order-file=d/order large
wis-sparsify -k 50% --tie=random large.gz
wis-sparsify -k 50% --directed large
wis-sparsify -k 50% -m random large.mtx
wis-sparsify -k 50% -m wis --order-file=d/order g
wis-sparsify -k 70% -m wis --batch=9 -L 4 g
wis-sparsify -k 90% -m wis -t graph g
wis-sparsify -r 20 -m wis -t graph -L 4 --tie=random g
wis-sparsify -k 80% -p targeted g
wis-sparsify -k 95% -t graph -p parts g
wis-sparsify -k 50% -m spectral g
wis-sparsify -k 50% -m spectral --epsilon=0.3 large
wis-sparsify -k 50% -m spectral --weights=3 weighted
wis-sparsify -k 50%,80% --compare=1-wis,wis,random,spectral g
walkindex -p targeted g
walkindex large
walkindex -L 4 large
walkindex -L 5 -w 9 g
walkindex -L 60 g
walkindex -L 6 -w 9 -t graph -p parts g
gnn-train -m gcn $gnn
gnn-train -m gin $gnn
gnn-train -m gat --heads=2 --dropout=0.5 $gnn
gnn-train -m sage --norm=batch $gnn
gnn-train -m resgcn --norm=layer --runs=2 $gnn
gnn-train -m product $gnn
gnn-train -m mlp $gnn
gnn-train -m gin -f f.npy -y paths.y --graphs=graphs --batch=8 --epochs=4 -H 16 --save=d/model paths
gnn-train -m gcn -f f.npy -y y --epochs=0 --ugs-epochs=2 --ugs-order=d/order g
gnn-train -m gin -H 16 -f f.npy -y y --epochs=0 --ugs-epochs=2 --ugs-order=d/order g
gnn-train -m resgcn -L 2 -H 16 -f f.npy -y y --epochs=0 --ugs-epochs=2 --ugs-order=d/order g
tensor-gen --dims=20x20x20x20 --cp-rank=5 --observe=9000 --noise=0.1
tensor-gen --dims=9x9x9x9 --htf-rank=5,4 --noise=0.1 -o d/out.npy
tensor-gen --dims=4x4x4x4x4x4x4x4x4 --htf-rank=3,2 --arity=3 --tree=half --observe=5000
tensor-gen --dims=400x300 --matrix-rank=5
tensor-gen --dims=9x9x9 --cp-rank=2 --sensing=d/X.npy --targets=d/y.npy --observe=500
tensor-rank --tree truth.npy
tensor-rank --cp=3 truth.npy
tf-complete $tf t.tns
tf-complete $tf --precision=single --batch=700 --loss=l1 t.tns
tf-complete $tf --optimizer=gd --momentum=0.9 --weight-decay=0.1 t.tns
tf-complete $tf --optimizer=adam --loss=huber --huber-delta=0.1 t.tns
tf-complete $tf --val=part.tns --test=part.tns --at=part.tns --truth=truth.npy t.tns
tf-complete $tf -d 6x6x6 --sensing=X.npy --targets=y.npy
tf-complete -n 60 --init-std=auto --val=part.tns t.tns
htf-complete $htf --widths=5,4 t.tns
htf-complete $htf --widths=5,4 --precision=single --batch=700 --loss=l1 t.tns
htf-complete $htf --widths=5,4 --tree=half --optimizer=adam --loss=huber --huber-delta=0.1 t.tns
htf-complete $htf --widths=5 --arity=4 --tree=square --optimizer=gd --momentum=0.9 t.tns
htf-complete $htf --widths=5,4 --rank-bonus=0.1 --between=1,2 t.tns
mf-complete $mf m.tns
mf-complete $mf --init=balanced --depth=2 --momentum=0.9 m.tns
mf-complete $mf --batch=200 --optimizer=adam --precision=single m.tns
L
finish
