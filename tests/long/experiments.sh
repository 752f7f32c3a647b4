#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The experiments whose outcome is known, in their quick versions, which fail when it is another.
. "$SRC/tests/cli/lib.sh"
images=/usr/share/datasets/fashion-mnist/train-images-idx3-ubyte.gz

command -v bash >/dev/null || skip "no bash"
for name in matrix-norms tensor-recovery component-dynamics image-ranks; do
    if [ "$name" = image-ranks ] && ! [ -e "$images" ]; then
        echo "SKIP: $name: dataset-fashion-mnist is not installed"
    elif "$SRC/examples/$name" -q -o "$name" >out 2>err; then
        grep '^as expected' err | sed "s/^/$name: /"
    else
        fail "$name: $(tail -n 1 err)"
        cat out
    fi
done
finish
