# SPDX-License-Identifier: GPL-3.0-or-later
# What the shell tests share; sourced by them. A test runs in an empty folder of its own and
# calls the tools by name.
set -u
# shellcheck disable=SC2034
PATH=$BUILD/src:$PATH
LC_ALL=C
export PATH LC_ALL
work=$(mktemp -d) || exit 1
trap 'cd /; rm -rf "$work"' EXIT
cd "$work" || exit 1
failures=0

fail()
{
    echo "FAIL: $*"
    failures=$((failures + 1))
}

# expect STATUS COMMAND...: the command exits with STATUS; its outputs are in ./out and ./err
expect()
{
    want=$1
    shift
    "$@" >out 2>err </dev/null
    got=$?
    [ "$got" = "$want" ] || fail "$*: exit $got, wanted $want; $(head -n 1 err)"
}

# same NAME ACTUAL WANTED: two files with the same bytes
same()
{
    cmp -s "$2" "$3" || { fail "$1"; diff "$3" "$2" | head -n 10; }
}

# differ NAME ONE OTHER: two files, neither empty, with different bytes
differ()
{
    [ -s "$2" ] && [ -s "$3" ] || fail "$1: nothing to compare"
    cmp -s "$2" "$3" && fail "$1"
}

# prints TEXT: ./out is TEXT exactly (printf escapes)
prints()
{
    printf "$1" >wanted # shellcheck disable=SC2059
    same "standard output" out wanted
}

# complains TEXT: ./err is one line that is TEXT exactly
complains()
{
    printf '%s\n' "$1" >wanted
    same "standard error" err wanted
}

# says PATTERN: ./err has a line that matches the extended regular expression
says()
{
    grep -Eq -- "$1" err || fail "standard error does not say '$1': $(head -n 1 err)"
}

skip()
{
    echo "SKIP: $*"
    exit 77
}

finish()
{
    [ "$failures" = 0 ] || exit 1
    exit 0
}
