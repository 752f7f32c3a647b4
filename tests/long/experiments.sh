#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The experiments whose outcome is known, in their quick versions, which fail when it is another.
. "$SRC/tests/cli/lib.sh"
images=/usr/share/datasets/fashion-mnist/train-images-idx3-ubyte.gz

command -v bash >/dev/null || skip "no bash"
# try NAME OPTION...: an experiment, quick
try()
{
    name=$1
    shift
    rm -rf results
    if "$SRC/examples/$name" -q "$@" -o results >out 2>err; then
        grep '^as expected' err | sed "s/^/$name${1:+ $*}: /"
    else
        fail "$name $*: $(tail -n 1 err)"
        cat out
    fi
}

try matrix-norms
try tensor-recovery
try component-dynamics
# order 3: the squared, the absolute and Huber's loss; measurements instead of entries
order3='-d 15x15x15 -m 1000 -r 225 -i 0.001'
# shellcheck disable=SC2086
{
    try component-dynamics $order3
    try component-dynamics $order3 -f l1 -e 1e-4
    try component-dynamics $order3 -f huber:0.01 -e 5e-9
}
try component-dynamics -d 10x10x10 -k 3 -m 400 -r 100 -i 0.003 -x -e 1e-7 -N 5000
try hierarchical-dynamics
try long-range
if [ -e "$images" ]; then
    try image-ranks
else
    echo "SKIP: image-ranks: dataset-fashion-mnist is not installed"
fi
finish
