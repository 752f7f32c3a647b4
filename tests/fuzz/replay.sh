#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# Every fuzzing harness runs over its seeds, among which is every input that was a finding once.
: "${BUILD:=.}" "${SRC:=.}"
status=0
for folder in "$SRC"/tests/fuzz/seeds/*; do
    reader=${folder##*/}
    if ! "$BUILD/tests/fuzz/$reader" "$folder" 2> "replay-$reader.err"; then
        echo "$reader:"
        tail -n 5 "replay-$reader.err"
        status=1
    fi
    rm -f "replay-$reader.err"
done
exit $status
