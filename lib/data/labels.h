/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_DATA_LABELS_H
#define WR_DATA_LABELS_H

#include <stdint.h>

#define WR_MAX_LABEL (INT32_MAX - 1)

/* The classes of vertices or graphs. Owned by the caller; release with wr_labels_release. */
struct wr_labels {
    int64_t count;   /* 0, and label NULL: there are none */
    int32_t *label;  /* count classes from 0, at most WR_MAX_LABEL; -1: unlabelled */
    int32_t classes; /* the largest label + 1 */
};

/* Labels of an array from wr_alloc or wr_grow, which is theirs from now on. */
struct wr_labels wr_labels_take(int32_t *label, int64_t count);

void wr_labels_release(struct wr_labels *labels);

#endif
