/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "fuzz.h"

#include "io/partitions.h"

static void same(const struct wr_partitions *a, const struct wr_partitions *b)
{
    size_t count = (size_t)a->count;
    fuzz_check(a->count == b->count);
    if (count == 0)
        return;
    fuzz_same_bytes(a->start, b->start, (count + 1) * sizeof *a->start);
    fuzz_same_bytes(a->vertex, b->vertex, (size_t)a->start[count] * sizeof *a->vertex);
    fuzz_same_bytes(a->target, b->target, count * sizeof *a->target);
    fuzz_same_bytes(a->line, b->line, count * sizeof *a->line);
}

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
    same(&p[0], &p[1]);
    check(&p[0]);
    for (int i = 0; i < FUZZ_WAYS; i++)
        wr_partitions_release(&p[i]);
    return 0;
}
