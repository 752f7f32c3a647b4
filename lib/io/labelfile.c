/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "io/labelfile.h"

#include "io/integers.h"

enum wr_status wr_labels_read(const char *path, struct wr_labels *labels, struct wr_error *err)
{
    const struct wr_integers_rule rule = {
        .least = -1,
        .most = WR_MAX_LABEL,
        .is_not = "a label, expected an integer from 0 to 2147483646, or -1 for none"};
    int64_t count;
    uint32_t *value;
    enum wr_status status = wr_integers_read(path, &rule, &count, &value, err);
    if (!status)
        *labels = wr_labels_take((int32_t *)value, count);
    return status;
}
