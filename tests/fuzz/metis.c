/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "graph.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_graph(data, size, WR_FORMAT_METIS);
    return 0;
}
