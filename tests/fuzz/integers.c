/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "fuzz.h"

#include "io/labelfile.h"
#include "io/membershipfile.h"

static void read_labels(const uint8_t *data, size_t size)
{
    struct wr_labels labels[FUZZ_WAYS];
    struct wr_error err[FUZZ_WAYS] = {{0}};
    for (int i = 0; i < FUZZ_WAYS; i++) {
        fuzz_file(data, size, fuzz_ways[i]);
        fuzz_status(wr_labels_read("labels", &labels[i], &err[i]), &err[i]);
    }
    fuzz_same_error(&err[0], &err[1]);
    if (err[0].status)
        return;
    fuzz_check(labels[0].count == labels[1].count && labels[0].classes == labels[1].classes);
    fuzz_same_bytes(labels[0].label, labels[1].label, (size_t)labels[0].count * sizeof(int32_t));
    for (int64_t i = 0; i < labels[0].count; i++)
        fuzz_check(labels[0].label[i] >= -1 && labels[0].label[i] < labels[0].classes);
    for (int i = 0; i < FUZZ_WAYS; i++)
        wr_labels_release(&labels[i]);
}

static void read_membership(const uint8_t *data, size_t size)
{
    struct wr_membership m;
    struct wr_error err = {0};
    fuzz_file(data, size, fuzz_ways[1]);
    enum wr_status status = wr_membership_read("graphs", &m, &err);
    fuzz_status(status, &err);
    if (status)
        return;
    for (int64_t v = 0; v < m.vertices; v++)
        fuzz_check(m.graph[v] < m.graphs);
    wr_membership_release(&m);
}

/* Labels and graph numbers: lists of integers, with limits of their own. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    read_labels(data, size);
    read_membership(data, size);
    return 0;
}
