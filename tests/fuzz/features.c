/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "fuzz.h"

#include "io/featurefile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wr_feature_matrix x;
    struct wr_labels labels;
    struct wr_error err = {0};
    fuzz_file(data, size, fuzz_ways[0]);
    enum wr_status status = wr_feature_file_read("features", NULL, &x, &labels, &err);
    fuzz_status(status, &err);
    if (status)
        return 0;
    wr_feature_matrix_normalize_rows(&x);
    wr_feature_matrix_release(&x);
    wr_labels_release(&labels);
    return 0;
}
