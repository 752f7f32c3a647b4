#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
# The commands in the documents, those that take long among them.
command -v python3 >/dev/null || exit 77
exec "$SRC/tests/docs.py" --long
