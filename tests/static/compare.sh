# shellcheck shell=bash
# SPDX-License-Identifier: GPL-3.0-or-later
# Sourced by the scripts beside it, which have set work and here.

# compare NAME: $work/log holds findings that start with FILE KIND, NAME.txt those that are explained. Says
# what is not explained and what is explained and not found.
compare()
{
    awk '{ print $1, $2 }' "$work/log" | sort -u >"$work/found"
    sed -e 's/ *#.*//' -e '/^$/d' "$here/$1.txt" | sort -u >"$work/explained"
    comm -23 "$work/found" "$work/explained" | sed 's/^/not explained: /' >"$work/bad"
    comm -13 "$work/found" "$work/explained" | sed 's/^/explained but not found: /' >>"$work/bad"
    if [ -s "$work/bad" ]; then
        cat "$work/bad" "$work/log"
        echo "FAIL: tests/static/$1"
        exit 1
    fi
    echo "PASS: tests/static/$1"
}
