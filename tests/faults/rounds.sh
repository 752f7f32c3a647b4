# SPDX-License-Identifier: GPL-3.0-or-later
# Rounds of faults, for the quick test and the long one; sourced after tests/cli/lib.sh. A round runs a
# tool with the outputs d/out (there before) and others in d, while inject.c makes one call fail.
OMP_NUM_THREADS=1 OPENBLAS_NUM_THREADS=1
export OMP_NUM_THREADS OPENBLAS_NUM_THREADS

# prepare: the library and the inputs
prepare()
{
    ${CC:-cc} -O1 -shared -fPIC -o inject.so "$SRC/tests/faults/inject.c" -ldl 2>err ||
        skip "inject.c does not compile here: $(head -n 1 err)"
    env LD_PRELOAD="$work/inject.so" graph-gen --version >out 2>err ||
        skip "nothing can be preloaded here: $(head -n 1 err)"
    mkdir d
    karate=$SRC/datasets/karate
    cp "$karate/edges.txt" g
    cp "$karate/features.svm" f.svm
    gzip -c g >g.gz
    zstd -q -c g >g.zst 2>err || cp g.gz g.zst
    graph-convert -q -o g.mtx g && graph-convert -q -o g.npy g && graph-convert -q -o g.graph g &&
        graph-convert -q -o g.graphml g && graph-convert -q -o g.net --to=pajek g
    sed 's/[0-9][0-9]*/v&/g' g >words
    printf '0 1 2\n3 4\n' >parts
    printf '0 1\n1 2\n3 4\n5 6\n6 7\n8 9\n' >graphs.g
    printf '0\n0\n0\n1\n1\n2\n2\n2\n3\n3\n' >graphs
    printf '0\n1\n0\n1\n' >labels
    awk '{ print "0 1:" NR " 2:" 1 / NR }' graphs >graphs.svm
    wis-sparsify -q --order -o order g
    gnn-train -q --epochs=1 -H 4 -f f.svm --save=model -o out g
    tensor-gen -q --dims=4x4x4x4 --cp-rank=2 --observe=60 -o t.tns --truth=truth.npy
    tf-complete -q -n 1 -r 1 -o t.full.tns t.tns
    tensor-gen -q --dims=6x5 --matrix-rank=2 --observe=20 -o m.tns
    tensor-gen -q --dims=3x3x3 --cp-rank=1 --sensing=X.npy --targets=y.npy --observe=20
    tf-complete -q -n 3 --checkpoint=state --factors=start -o out t.tns
    head -n 20 t.tns >val.tns
}

# Every way through every tool; outputs in d.
cases()
{
    if command -v gnuplot >found; then cat; else grep -v -e --plot; fi <<'L'
graph-gen -q -o d/out er --nodes=50 --edges=100
graph-gen -q -o d/out.gz ba --nodes=50 --attach=2
graph-gen -q -o d/out rmat --scale=5 --edge-factor=4
graph-gen -q -o d/out regular --nodes=20 --degree=3
graph-gen -q -o d/out geometric --nodes=30 --mean-degree=4
graph-gen -q -o d/out sbm --blocks=10,10 --p-in=0.5 --p-out=0.1 --labels=d/labels --features=d/features.npy
graph-gen -q -o d/out famous:Petersen --report=d/report
graph-convert -q --to=mtx -o d/out.zst g.gz
graph-convert -q --to=metis -o d/out g.zst
graph-convert -q --to=npy -o d/out g.graph
graph-convert -q -o d/out g.npy
graph-convert -q -o d/out g.mtx
graph-convert -q -o d/out --relabel --map=d/map words
graph-convert -q --to=graphml -o d/out g
graph-convert -q --to=gml -o d/out g.graphml
graph-convert -q -o d/out g.net
graph-convert -q --check -o d/out g
wis-sparsify -q -k 50% -o d/out --order-file=d/order --report=d/report g.gz
wis-sparsify -q -k 50% -o d/out g.mtx
wis-sparsify -q -k 50% -o d/out g.npy
wis-sparsify -q -k 50% -o d/out g.graph
wis-sparsify -q -k 50% -o d/out --directed g
wis-sparsify -q -k 50% -o d/out -m wis --batch=5 g
wis-sparsify -q -k 50% -o d/out --from-order=order g
wis-sparsify -q -k 80% -o d/out -m wis g
wis-sparsify -q -k 80% -o d/out -m wis -L 4 g
wis-sparsify -q -k 80% -o d/out -m wis -t graph g
wis-sparsify -q -k 80% -o d/out -t graph -p parts g
wis-sparsify -q -k 50% -o d/out -m random g
wis-sparsify -q -k 50% -o d/out -m spectral g
wis-sparsify -q -k 50%,90% -o d/out --compare=1-wis,wis,random g
wis-sparsify -q -k 50% -o d/out --compare=1-wis,random --plot=d/plot.svg g
walkindex -q -o d/out g
walkindex -q -o d/out -L 30 -w 4 g
walkindex -q -o d/out -t graph -p parts --report=d/report g
gnn-train -q --epochs=2 -H 4 -f f.svm -o d/out --log=d/log --save=d/save --predict=d/predict --report=d/report g
gnn-train -q --epochs=2 -H 4 -f f.svm -o d/out -m gat --dropout=0.5 g
gnn-train -q --epochs=2 -H 4 -f f.svm -o d/out -m gin --runs=2 g
gnn-train -q --epochs=2 -H 4 -f f.svm -o d/out -m sage g
gnn-train -q --epochs=2 -H 4 -L 2 -f f.svm -o d/out -m resgcn g
gnn-train -q --epochs=2 -H 4 -f f.svm -o d/out -m product g
gnn-train -q --epochs=2 -H 4 -f graphs.svm -o d/out --graphs=graphs -y labels --batch=2 graphs.g
gnn-train -q --epochs=2 -H 4 -f f.svm -o d/out --ugs-order=d/order --ugs-epochs=2 g
gnn-train -q -f f.svm -o d/out --load=model --predict=d/predict g
tensor-gen -q --dims=4x4x4 --cp-rank=2 --observe=30 -o d/out --truth=d/truth.npy
tensor-gen -q --dims=4x4x4x4 --htf-rank=2,2 --noise=0.1 -o d/out
tensor-gen -q --dims=4x4 --cp-rank=1 --sensing=d/X.npy --targets=d/y.npy --observe=9 --truth=d/truth.npy
tensor-rank -q -o d/out truth.npy
tensor-rank -q --tree --cp=2 -o d/out --report=d/report truth.npy
tf-complete -q -n 3 -r 2 --log-every=1 -o d/out --log=d/log --checkpoint=d/state --factors=d/f --report=d/report t.tns
tf-complete -q -n 3 -r 2 -o d/out --truth=truth.npy --val=val.tns --test=val.tns --at=val.tns --batch=7 t.tns
tf-complete -q -n 3 -o d/out --optimizer=adam --precision=single t.tns
tf-complete -q -n 5 -o d/out --resume=state t.tns
tf-complete -q -n 5 -o d/out.npy --load=start t.tns
tf-complete -q -n 3 -r 2 -o d/out --init-std=auto --val=val.tns t.tns
tf-complete -q -n 3 -d 3x3x3 --sensing=X.npy --targets=y.npy -o d/out
htf-complete -q -n 3 --widths=2,2 --log-every=1 -o d/out --log=d/log --checkpoint=d/state --factors=d/f t.tns
htf-complete -q -n 3 --widths=2,2 --batch=7 --tree=half -o d/out --truth=truth.npy t.tns
htf-complete -q -n 3 --widths=2,2 --rank-bonus=0.1 --between=1,2 -o d/out t.tns
mf-complete -q -n 3 --log-every=1 -o d/out --log=d/log --checkpoint=d/state --factors=d/f m.tns
mf-complete -q -n 3 --init=balanced --depth=2 -o d/out m.tns
L
}

# begin TOOL ARGS...: run it without faults; w holds its outputs from then on
begin()
{
    tool=$1
    name="$*"
    out=d/out
    case $name in
        *d/out.*) out=d/out.$(printf '%s' "$name" | sed 's/.*d\/out\.\([a-z]*\).*/\1/') ;;
    esac
    clear_outputs
    rm -rf w
    "$@" >stdout 2>err </dev/null || fail "$name: $(head -n 1 err)"
    cp -R d w
}

clear_outputs()
{
    rm -f d/* d/.[!.]* hit
    echo before >"$out"
}

# is_before FILE: it is as clear_outputs has made it
is_before()
{
    { read -r first && [ "$first" = before ] && ! read -r first; } <"$1"
}

# run_round FAULT COMMAND...: run it with the fault, and look at what it leaves
run_round()
{
    fault=$1
    shift
    clear_outputs
    timeout 300 env FAULT="$fault" FAULTS_HIT="$work/hit" LD_PRELOAD="$work/inject.so" "$@" \
        >stdout 2>err </dev/null
    status=$?
    case $fault:$status in
        *:0 | trickle:*) is_done ;;
        kill:*:137) are_whole ;;
        term:*:143) are_whole && no_drafts ;;
        *:1) is_refused ;;
        *) fault_fails "exit $status: $(head -n 1 err)" ;;
    esac
}

fault_fails()
{
    fail "FAULT=$fault $name: $*"
}

# is_done: the tool has done all it does without faults
is_done()
{
    [ "$status" = 0 ] || fault_fails "exit $status: $(head -n 1 err)"
    cmp -s "$out" "w/${out#d/}" || fault_fails "another output"
    are_whole && no_drafts
}

# is_refused: one line says why, and nothing has changed; but a rename that fails may be the second
is_refused()
{
    { read -r said && ! read -r more; } <err || fault_fails "not one line: $(head -n 3 err)"
    case $said in
        "$tool: "*) ;;
        *) fault_fails "$said" ;;
    esac
    no_drafts
    are_whole
    case "$fault $name" in
        name:* | *d/state*) return ;;
    esac
    is_before "$out" || fault_fails "the output that was there has changed"
    for left in d/*; do
        [ "$left" = "$out" ] || fault_fails "$left is left"
    done
}

no_drafts()
{
    for left in d/.[!.]*; do
        [ ! -e "$left" ] || fault_fails "$left is left"
    done
}

# goes_on: a run can be resumed from d/state
goes_on()
{
    # shellcheck disable=SC2046
    $(printf '%s' "$name" | sed -E 's/ (-o |--(log|checkpoint|factors|report)=)[^ ]*//g') \
        -n 0 --resume=d/state -o resumed >stdout 2>&1 </dev/null
}

# are_whole: every file is whole or as before
are_whole()
{
    for file in d/*; do
        case $file in
            "$out") is_before "$file" || cmp -s "$file" "w/${file#d/}" ;;
            # these tell seconds
            d/report | d/log) [ -z "$(tail -c 1 "$file")" ] ;;
            # of any iteration
            d/state) goes_on ;;
            *) cmp -s "$file" "w/${file#d/}" ;;
        esac || fault_fails "$file is damaged"
    done
}

# every_call KIND COMMAND...: rounds in which the first, the second, ... call fails, until there are
# no more calls; $stride skips some
every_call()
{
    kind=$1
    shift
    n=1
    step=1
    while run_round "$kind:$n" "$@" && [ -e hit ]; do
        n=$((n + step))
        step=$((step + ${stride:-0}))
    done
}
