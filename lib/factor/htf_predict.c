/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "factor/htf_kernels.h"

#include <stdlib.h>

#include "base/alloc.h"

/* Compiled in both precisions. */

/* Numbers in the rows of pools beyond which observations are predicted in two parts. */
enum { NUMBERS_MOST = 1 << 23, COUNT_LEAST = 256 };

static void evaluate(const struct htf *htf, const struct wr_forest *f,
                     const struct wr_pair_matrix *a, const struct htf_room *room, double *out)
{
    const struct htf_pass pass = {htf, f, a, room};
    WR_KERNEL(wr_htf_forward)(&pass);
    for (int64_t k = 0; k < f->count; k++)
        out[a->where[k]] = (double)room->x[k];
}

/* The values at some coordinates, in halves when their tuples are many. */
static enum wr_status predict(const struct htf *htf, const struct wr_observations *at, int *nodes,
                              double *out, struct wr_error *err)
{
    struct wr_forest f;
    struct wr_pair_matrix a = {0};
    struct htf_room room = {0};
    enum wr_status status = wr_forest_init_tree(&f, at, &htf->tree, nodes, err);
    if (status)
        return status;
    if (at->count > COUNT_LEAST &&
        WR_KERNEL(wr_htf_room_numbers)(htf, &f, at->count) > NUMBERS_MOST) {
        struct wr_observations half = *at, rest = *at;
        half.count = at->count / 2;
        rest.count -= half.count;
        rest.index += half.count * at->order;
        wr_forest_release(&f);
        status = predict(htf, &half, nodes, out, err);
        return status ? status : predict(htf, &rest, nodes, out + half.count, err);
    }
    status = wr_pair_matrix_init(&a, &f, err);
    if (!status)
        status = WR_KERNEL(wr_htf_room_init)(&room, htf, &f, at->count, NULL, err);
    if (!status)
        evaluate(htf, &f, &a, &room, out);
    WR_KERNEL(wr_htf_room_release)(&room);
    wr_pair_matrix_release(&a);
    wr_forest_release(&f);
    return status;
}

enum wr_status WR_KERNEL(wr_htf_predict)(const struct wr_factorization *m,
                                         const struct wr_observations *at, double *out,
                                         struct wr_error *err)
{
    const struct htf *htf = (const struct htf *)m;
    if (at->count < 1)
        return WR_OK;
    int *nodes = wr_alloc(htf->tree.first[htf->tree.levels - 1], sizeof *nodes, err);
    enum wr_status status = nodes ? predict(htf, at, nodes, out, err) : WR_ENOMEM;
    free(nodes);
    return status;
}
