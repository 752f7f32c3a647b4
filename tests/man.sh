#!/bin/sh
# The man pages: no complaint from mandoc, and every long option of a tool is in its page.
set -u
cd "${SRC:-$(dirname "$0")/..}" || exit 1
bin=${BUILD:-build}/src
command -v mandoc >/dev/null || exit 77

bad=0
backspace=$(printf '\b')
# pages that are not installed are not an error here, nor is naming the system
for page in man/*.[157]; do # one by one: what mandoc says on two channels fits their buffers
    mandoc -Tlint "$page" 2>&1
done | grep -v -e 'referenced manual not found' \
    -e 'operating system explicitly specified' -e 'mandoc.db' && bad=1

for tool in "$bin"/*; do
    name=$(basename "$tool")
    [ -f "$tool" ] && [ -x "$tool" ] || continue
    page=man/$name.1
    [ -e "$page" ] || { echo "$name has no man page"; bad=1; continue; }
    text=$(mandoc -Tascii "$page" man/walkrank.7 | sed "s/.$backspace//g")
    for option in $("$tool" --help | grep -oE -- '--[a-z][-a-z]+' | sort -u); do
        case $text in
        *"$option"*) ;;
        *) echo "$page does not mention $option"; bad=1 ;;
        esac
    done
done
exit $bad
