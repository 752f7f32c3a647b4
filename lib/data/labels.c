/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "data/labels.h"

#include <stdlib.h>

struct wr_labels wr_labels_take(int32_t *label, int64_t count)
{
    int32_t largest = -1;
    for (int64_t i = 0; i < count; i++)
        largest = label[i] > largest ? label[i] : largest;
    return (struct wr_labels){.count = count, .label = label, .classes = largest + 1};
}

void wr_labels_release(struct wr_labels *labels)
{
    free(labels->label);
    *labels = (struct wr_labels){0};
}
