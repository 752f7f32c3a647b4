/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "features-out.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/blocks.h"
#include "io/name.h"
#include "io/npy.h"
#include "io/svmlight.h"

void labels_write(const uint32_t *label, int64_t n, const char *path, struct wr_sink *sink)
{
    if (wr_name_ends(path, ".npy")) {
        wr_npy_write('u', sizeof *label, 1, &n, label, sink);
        return;
    }
    for (int64_t v = 0; v < n; v++) {
        wr_sink_u64(sink, label[v]);
        wr_sink_write(sink, "\n", 1);
    }
}

static void write_rows(bool npy, const uint32_t *label, const float *rows, int64_t count,
                       int64_t dim, struct wr_sink *sink)
{
    if (npy) {
        wr_sink_write(sink, rows, (size_t)(count * dim) * sizeof *rows);
        return;
    }
    for (int64_t v = 0; v < count; v++)
        wr_svmlight_write_row(label[v], rows + v * dim, dim, sink);
}

/* Some rows at a time, so that the matrix need not fit into memory. */
enum wr_status features_write(const struct wr_feature_model *model, const uint32_t *label,
                              int64_t n, const char *path, const struct wr_progress *progress,
                              struct wr_sink *sink, struct wr_error *err)
{
    enum { VALUES = 1 << 20 };
    int64_t dim = model->dim, chunk = dim < VALUES ? VALUES / dim : 1;
    bool npy = wr_name_ends(path, ".npy");
    struct wr_features f;
    enum wr_status status = wr_features_init(&f, model, err);
    if (status)
        return status;
    float *rows = wr_alloc(chunk * dim, sizeof *rows, err);
    if (!rows) {
        status = WR_ENOMEM;
        goto out;
    }
    if (npy) {
        const struct wr_npy header = {
            .kind = 'f', .size = sizeof *rows, .version = 1, .rank = 2, .shape = {n, dim}};
        wr_npy_write_header(&header, sink);
    }
    for (int64_t begin = 0; begin < n && !wr_sink_failed(sink); begin += chunk) {
        int64_t end = wr_block_end(begin, chunk, n);
        wr_features_rows(&f, label + begin, begin, end, rows);
        write_rows(npy, label + begin, rows, end - begin, dim, sink);
        (void)wr_progress_step(progress, end, n);
    }
out:
    free(rows);
    wr_features_release(&f);
    return status;
}
