#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The man pages: no complaint from mandoc or groff; the options of a tool's --help, those of its page
# (or of walkrank(7), for what all tools have) and those of its completion are the same.
set -u
cd "${SRC:-$(dirname "$0")/..}" || exit 1
bin=${BUILD:-build}/src
command -v mandoc >/dev/null || exit 77
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

bad=0
# Not complaints: pages that are not installed (tests/docs.py looks for ours), the name of the
# system, which is the suite's.
for page in man/*.[157]; do # one by one: what mandoc says on two channels fits their buffers
    mandoc -Tlint "$page" 2>&1
done | grep -v -e 'referenced manual not found' \
    -e 'operating system explicitly specified' -e 'mandoc.db' && bad=1
if command -v groff >/dev/null; then
    for page in man/*.[157]; do
        groff -mandoc -ww -z -Tutf8 "$page" 2>&1
    done | grep . && bad=1
fi

# words: the long options on standard input, sorted
words()
{
    grep -oE -- '--[a-z][-a-z0-9]+' | sort -u
}

# items FILE...: the long options that stand in an item of a page, or behind a word of its synopsis
items()
{
    sed -n '/^\.\(It\|Cm\)/s/Fl -/--/gp' "$@" | words
}

# differ WHAT FILE WHOM: what FILE lacks of $work/help, or has more
differ()
{
    comm -3 "$work/help" "$2" | sed "s|^--|$1 lacks --|; s|^	|$1 has what $3 --help lacks: |" | grep . && bad=1
}

# offered NAME: what the completion of NAME offers for a dash, alone and behind each first word that it knows
offered()
{
    # shellcheck disable=SC2016
    (cd "$work" && bash -c '
        name=$1
        . "$2"
        compopt() { :; }
        offers() { # the words typed
            COMP_WORDS=("$name" "$@") COMP_CWORD=$#
            $(complete -p "$name" | sed "s/.* -F \([^ ]*\) .*/\1/")
        }
        offers ""
        first=("${COMPREPLY[@]}")
        for word in "" "${first[@]}"; do
            offers ${word:+"$word"} --
            printf "%s\n" "${COMPREPLY[@]}"
        done' - "$1" "$tree/completions/$1") | words
}

tree=$PWD
for tool in "$bin"/*; do
    name=$(basename "$tool")
    [ -f "$tool" ] && [ -x "$tool" ] || continue
    for file in man/$name.1 completions/$name; do
        [ -e "$file" ] || { echo "$name has no $file"; bad=1; continue 2; }
    done
    "$tool" --help >"$work/text" || bad=1
    sed -nE 's/^ {2,6}(-.,? +)?(--[a-z][-a-z0-9]+).*/\2/p' "$work/text" | words >"$work/help"
    items "man/$name.1" man/walkrank.7 >"$work/page"
    differ "man/$name.1" "$work/page" "$name"
    command -v bash >/dev/null || continue
    offered "$name" >"$work/completion"
    differ "completions/$name" "$work/completion" "$name"
done
exit $bad
