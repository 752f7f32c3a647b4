/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "fuzz.h"

#include "io/partitions.h"

static void check(const struct wr_partitions *p)
{
    struct wr_error err = {0};
    fuzz_status(wr_partitions_check(p, 10, true, "partitions", &err), &err);
    for (int64_t i = 0; i < p->count; i++) {
        fuzz_check(p->line[i] > 0 && p->start[i] <= p->start[i + 1]);
        for (int64_t k = p->start[i] + 1; k < p->start[i + 1]; k++)
            fuzz_check(p->vertex[k - 1] < p->vertex[k]);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wr_partitions p[FUZZ_WAYS] = {{0}};
    struct wr_error err[FUZZ_WAYS] = {{0}};
    for (int i = 0; i < FUZZ_WAYS; i++) {
        fuzz_file(data, size, fuzz_ways[i]);
        fuzz_status(wr_partitions_read("partitions", &p[i], &err[i]), &err[i]);
    }
    fuzz_same_error(&err[0], &err[1]);
    if (err[0].status)
        return 0;
    fuzz_check(p[0].count == p[1].count);
    check(&p[0]);
    for (int i = 0; i < FUZZ_WAYS; i++)
        wr_partitions_release(&p[i]);
    return 0;
}
