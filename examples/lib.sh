# shellcheck shell=bash
# SPDX-License-Identifier: GPL-3.0-or-later
# What the experiments share. Sourced by them; they run the tools that are in PATH, or those of
# $BUILD/src, build/src by default, when they are run from a source tree.

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
build=${BUILD:-$here/../build}
[ -d "$build/src" ] && PATH=$build/src:$PATH
export PATH

die()
{
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

say()
{
    printf '%s\n' "$*" >&2
}

# usage: prints the comment at the top of the script; the caller exits
usage()
{
    sed -n '/^# usage/,/^[^#]/s/^# \{0,1\}//p' "$0"
}

need()
{
    local tool
    for tool; do
        command -v "$tool" >/dev/null || die "$tool is neither in PATH nor in build/src"
    done
}

# cores: how many commands to run side by side
cores()
{
    nproc 2>/dev/null || echo 1
}

# run_jobs N: runs the commands on standard input, one per line, N at a time; fails if one did
run_jobs()
{
    tr '\n' '\0' | xargs -0 -r -n 1 -P "$1" bash -c
}

# mean_std KEYS COLUMN: of a table with tabs and no header on standard input, the number of rows, mean
# and sample standard deviation of COLUMN for each value of its first KEYS columns, in order of appearance
mean_std()
{
    awk -F '\t' -v OFS='\t' -v keys="$1" -v column="$2" '
    {
        key = $1
        for (i = 2; i <= keys; i++)
            key = key OFS $i
        if (!(key in n))
            order[++groups] = key
        delta = $column - mean[key]
        mean[key] += delta / ++n[key]
        squares[key] += delta * ($column - mean[key])
    }
    END {
        for (i = 1; i <= groups; i++) {
            key = order[i]
            std = n[key] > 1 ? sqrt(squares[key] / (n[key] - 1)) : 0
            printf "%s\t%d\t%.4f\t%.4f\n", key, n[key], mean[key], std
        }
    }'
}

# terminal FILE: gnuplot's "set terminal" for a picture of that name
terminal()
{
    case $1 in
    *.svg) echo "svg size ${2:-800},${3:-480} font 'sans,13' background 'white'" ;;
    *) echo "pngcairo size ${2:-800},${3:-480} font 'sans,11'" ;;
    esac
}

# quartiles KEYS COLUMN: as mean_std, but the number of rows, the first quartile, the median and the
# third quartile (linear between the ordered values)
quartiles()
{
    LC_ALL=C awk -F '\t' -v OFS='\t' -v keys="$1" -v column="$2" '
    {
        key = $1
        for (i = 2; i <= keys; i++)
            key = key OFS $i
        if (!(key in n))
            order[++groups] = key
        value[key, ++n[key]] = $column + 0
    }
    function at(key, part,    place, low) {
        place = 1 + part * (n[key] - 1)
        low = int(place)
        return value[key, low] + (low < n[key] ? (place - low) * (value[key, low + 1] - value[key, low]) : 0)
    }
    END {
        for (g = 1; g <= groups; g++) {
            key = order[g]
            for (i = 2; i <= n[key]; i++) # insertion sort: there are few seeds
                for (j = i; j > 1 && value[key, j - 1] > value[key, j]; j--) {
                    swap = value[key, j]
                    value[key, j] = value[key, j - 1]
                    value[key, j - 1] = swap
                }
            printf "%s\t%d\t%.4g\t%.4g\t%.4g\n", key, n[key], at(key, 0.25), at(key, 0.5), at(key, 0.75)
        }
    }'
}

# column NAME FILE: that column of a table with one header row, without the header
column()
{
    awk -F '\t' -v name="$1" '
        NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) at = i; next }
        { print $at }' "$2"
}

# finish DIR/NAME.tsv: prints the table and draws NAME.svg and NAME.png with the caller's plot FILE
finish()
{
    local name=${1%.tsv}
    cat "$1"
    if command -v gnuplot >/dev/null; then
        plot "$name.svg" && plot "$name.png"
    else
        say "no picture: gnuplot is not installed"
    fi
}

# expect_that WHAT PROGRAM TABLE: exits with 1 when the awk program, which judges the table, fails. What -q
# asks of the known outcome.
expect_that()
{
    awk -F '\t' "$2" "$3" || die "not so: $1"
    say "as expected: $1"
}
