#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# datasets/: what make-debian makes of package records, and that the embedded data is sound.
. "$SRC/tests/cli/lib.sh"
[ -x /usr/bin/python3 ] || skip "no /usr/bin/python3"
datasets=$SRC/datasets

# record NAME SECTION DEPENDS DESCRIPTION: one package of the archive
record()
{
    printf 'Package: %s\nSection: %s\nDepends: %s\nFilename: pool/main/x\n' "$1" "$2" "$3"
    printf 'Description: %s\n Depends: nobody, this is the long text\n\n' "$4"
}

{
    record b-tool net 'aa (>= 1), cc:any | gone, virtual' 'Fast tool for 3D maps'
    record aa libs 'b-tool' 'C++ maps'
    record cc contrib/net 'cc, aa' 'fast'
    record dd '' '' ''
    printf 'Package: local\nSection: net\nDepends: aa\nDescription: not in the archive\n\n'
    record aa net 'dd' 'of a second architecture'
    i=0
    while [ $i -lt 56 ]; do
        i=$((i + 1))
        [ $i -gt 4 ] && text='common' || text='fast common'
        record "zz$i" libs '' "$text"
    done
} >avail

expect 0 "$datasets/make-debian" made avail
complains '60 packages, 3 edges, 2 sections, 1 words'
printf '# Nodes: 60 Edges: 3\n0\t1\n0\t2\n1\t2\n' >want
same "edges: either way, every alternative, no loops" made/edges.txt want
printf '0\tlibs\n1\tnet\n' >want
same "classes without the archive area" made/classes.txt want
printf 'fast\n' >want
same "words that are neither rare nor common" made/words.txt want
printf '0\n1 1:1\n1 1:1\n-1\n0 1:1\n' >want
head -n 5 made/features.svm >got
same "features" got want
printf 'aa\nb-tool\ncc\ndd\nzz1\n' >want
head -n 5 made/names.txt >got
same "names" got want

"$datasets/make-debian" --part --gzip part - <avail 2>err || fail "a pipe: $(cat err)"
zcat part/names.txt.gz >got
printf 'b-tool\ncc\n' >want
same "the largest component of the chosen sections" got want
"$datasets/make-debian" --part --gzip again avail 2>err
for file in part/*; do
    same "the same bytes twice" "$file" "again/${file#part/}"
done

: >empty
expect 1 "$datasets/make-debian" made empty
says '^make-debian: empty: no package in it'
expect 1 "$datasets/make-debian" made absent
says '^make-debian: .*absent'

# the embedded data
for name in debian karate; do
    for file in edges.txt features.svm; do
        from=$datasets/$name/$file
        if [ -e "$from" ]; then cat "$from"; else zcat "$from.gz"; fi >"$file"
    done
    n=$(wc -l <features.svm)
    m=$(grep -vc '^#' edges.txt)
    [ "$(head -n 1 edges.txt)" = "# Nodes: $n Edges: $m" ] || fail "$name: header"
    awk -F '\t' -v n="$n" '!/^#/ && !($1 < $2 && $2 < n)' edges.txt >got
    [ -s got ] && fail "$name: edges are not u < v < $n"
    tail -n +2 edges.txt | sort -nu -k 1,1 -k 2,2 >got
    tail -n +2 edges.txt >want
    same "$name: edges are sorted and different" got want
    cut -d ' ' -f 1 features.svm | sort -nu >got
    cut -f 1 "$datasets/$name/classes.txt" >want
    same "$name: every class occurs" got want
done
expect 0 wis-sparsify -q -k 50% "$datasets/debian/edges.txt.gz"
[ "$(head -n 1 out)" = "# Nodes: 4219 Edges: 3503" ] || fail "debian through wis-sparsify"

if /usr/bin/python3 -c 'import igraph' 2>err; then
    expect 0 "$datasets/make-karate" club
    for file in edges.txt features.svm classes.txt; do
        same "make-karate: $file" "club/$file" "$datasets/karate/$file"
    done
fi
finish
