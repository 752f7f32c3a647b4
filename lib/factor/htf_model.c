/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "factor/htf_kernels.h"

#include <assert.h>
#include <limits.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/blocks.h"
#include "data/tensor.h"
#include "factor/lanes.h"

/* Compiled in both precisions. */

/* --- loss and gradient ---------------------------------------------------------------------- */

/* The pass of the matrix's entries: the sum of their losses, and the gradient of it times share.
 * Entry k is observation number position[where[k]], or first + where[k]. */
static double run(struct htf *htf, const struct wr_forest *f, const uint32_t *position,
                  int64_t first, double share)
{
    const struct htf_pass pass = {htf, f, &htf->matrix, &htf->room};
    const struct htf_room *room = &htf->room;
    for (int64_t k = 0; k < f->count; k++) {
        int64_t at = htf->matrix.where[k];
        room->y[k] = htf->y[position ? position[at] : first + at];
    }
    WR_KERNEL(wr_htf_forward)(&pass);
    double sum =
        WR_REAL(wr_loss_slopes)(&htf->model.loss, room->x, room->y, f->count, share, room->partial);
    WR_KERNEL(wr_htf_backward)(&pass);
    return sum;
}

static double run_part(struct htf *htf, const uint32_t *position, int64_t first, int64_t count,
                       double share)
{
    const uint32_t *from = position ? position + first : NULL;
    wr_forest_part_take(&htf->part, from, first, count);
    wr_pair_matrix_fill(&htf->matrix, &htf->part.forest);
    return run(htf, &htf->part.forest, from, first, share);
}

static void add(wr_real *restrict to, const wr_real *restrict from, int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        to[i] += from[i];
}

/* The observations, or those of a batch, in parts that have room. */
static double run_parts(struct htf *htf, const uint32_t *batch, int64_t count)
{
    struct wr_factorization *m = &htf->model;
    int64_t most = htf->part.most, first = 0;
    double sum = 0;
    for (; count - first > most; first += most) {
        sum += run_part(htf, batch, first, most, 1 / (double)count);
        if (first == 0)
            memcpy(htf->sum, m->grad, (size_t)m->size * sizeof *htf->sum);
        else
            add(htf->sum, m->grad, m->size);
    }
    sum += run_part(htf, batch, first, count - first, 1 / (double)count);
    if (first > 0)
        add(m->grad, htf->sum, m->size);
    return sum;
}

static double gradient(struct wr_factorization *m, const uint32_t *batch, int64_t count)
{
    struct htf *htf = (struct htf *)m;
    assert(htf->parts || !batch);
    count = batch ? count : m->count;
    double sum = htf->parts ? run_parts(htf, batch, count)
                            : run(htf, &htf->forest, NULL, 0, 1 / (double)count);
    double loss = sum / (double)count;
    return htf->bonus && !wr_htf_bonus_apply(htf->bonus, loss) ? NAN : loss;
}

static void release(struct wr_factorization *m)
{
    struct htf *htf = (struct htf *)m;
    wr_htf_bonus_free(htf->bonus);
    WR_KERNEL(wr_htf_room_release)(&htf->room);
    wr_pair_matrix_release(&htf->matrix);
    wr_forest_part_release(&htf->part);
    wr_forest_release(&htf->forest);
    wr_modetree_release(&htf->tree);
}

static const struct wr_factorization_class class = {
    "htf",          gradient, WR_KERNEL(wr_htf_predict), wr_htf_measures, wr_htf_measure_name,
    wr_htf_measure, release};

/* --- making a model ------------------------------------------------------------------------- */

static const char *const patterns[] = {
    [WR_TREE_ADJACENT] = "adjacent", [WR_TREE_HALF] = "half", [WR_TREE_SQUARE] = "square"};

static void describe_variant(struct wr_factorization *m, const struct wr_htf_options *options)
{
    int used = snprintf(m->variant, sizeof m->variant, "%s %d", patterns[options->pattern],
                        options->arity);
    if (options->bonus > 0)
        snprintf(m->variant + used, sizeof m->variant - (size_t)used, " bonus %g", options->bonus);
}

static enum wr_status check_widths(const struct wr_modetree *tree,
                                   const struct wr_htf_options *options, struct wr_error *err)
{
    int layers = tree->levels - 1;
    if (options->layers != layers)
        return wr_error_set(err, WR_EINVAL,
                            "%d widths, expected %d: one for each level of the tree but the root",
                            options->layers, layers);
    for (int l = 0; l < layers; l++)
        if (options->width[l] < 1 || options->width[l] > INT_MAX)
            return wr_error_set(err, WR_EINVAL, "width %d is %lld, expected 1 to %d", l + 1,
                                (long long)options->width[l], INT_MAX);
    return WR_OK;
}

static enum wr_status add_factors(struct htf *htf, const int64_t *dim, const int64_t *width,
                                  struct wr_error *err)
{
    enum wr_status status = WR_OK;
    int root = htf->tree.levels - 1;
    for (int level = 0; level < root; level++) {
        char name[16];
        snprintf(name, sizeof name, "l%d.n", level);
        for (int node = 0; node < htf->tree.nodes[level] && !status; node++)
            status =
                wr_factorization_add(&htf->model, name, node, level ? width[level - 1] : dim[node],
                                     width[level], wr_lanes_stride(width[level]), err);
    }
    htf->width = width[root - 1];
    if (!status)
        status = wr_factorization_add(&htf->model, "output", -1, htf->width, 1, 1, err);
    return status ? status : wr_factorization_finish(&htf->model, err);
}

/* Nodes by wave: a counting sort. */
static void sort_waves(struct htf *htf)
{
    for (int i = 0; i < htf->nodes; i++)
        htf->wave_begin[htf->node[i].wave + 1]++;
    for (int w = 0; w < htf->waves; w++)
        htf->wave_begin[w + 1] += htf->wave_begin[w];
    for (int i = 0; i < htf->nodes; i++)
        htf->by_wave[htf->wave_begin[htf->node[i].wave]++] = i;
    for (int w = htf->waves; w > 0; w--)
        htf->wave_begin[w] = htf->wave_begin[w - 1];
    htf->wave_begin[0] = 0;
}

static void describe_node(struct htf *htf, int i)
{
    const struct wr_pool_node *pool = &htf->forest.node[i];
    struct htf_node *node = &htf->node[i];
    if (pool->child[0] < 0) {
        node->out = i < htf->tree.order ? htf->model.factor[i].cols : htf->width;
        return;
    }
    for (int side = 0; side < 2 && pool->child[side] >= 0; side++) {
        struct htf_node *child = &htf->node[pool->child[side]];
        child->parent = i;
        child->side = side;
        node->wave = node->wave > child->wave ? node->wave : child->wave + 1;
        node->in = child->out;
    }
    node->out = node->map >= 0 ? htf->model.factor[node->map].cols : node->in;
}

/* What is known of the forest's nodes, which come after their children. */
static enum wr_status describe(struct htf *htf, struct wr_error *err)
{
    struct wr_factorization *m = &htf->model;
    htf->nodes = htf->forest.nodes;
    htf->node = wr_factorization_own(m, htf->nodes, sizeof *htf->node, err);
    htf->by_wave = wr_factorization_own(m, htf->nodes, sizeof *htf->by_wave, err);
    htf->wave_begin = wr_factorization_own(m, htf->nodes + 1, sizeof *htf->wave_begin, err);
    if (!htf->node || !htf->by_wave || !htf->wave_begin)
        return WR_ENOMEM;
    for (int i = 0; i < htf->nodes; i++) {
        if (htf->forest.node[i].rows > INT_MAX)
            return wr_error_set(err, WR_ENOMEM, "more than %d distinct tuples of indices", INT_MAX);
        htf->node[i] = (struct htf_node){.map = -1, .parent = -1};
    }
    for (int k = htf->tree.order; k < htf->tree.first[htf->tree.levels - 1]; k++)
        htf->node[htf->at[k]].map = k;
    for (int i = 0; i < htf->nodes; i++) {
        describe_node(htf, i);
        htf->waves = htf->waves > htf->node[i].wave ? htf->waves : htf->node[i].wave + 1;
    }
    htf->node[htf->forest.top[1]].side = 1;
    sort_waves(htf);
    return WR_OK;
}

static enum wr_status plant(struct htf *htf, const struct wr_observations *o, struct wr_error *err)
{
    htf->at = wr_factorization_own(&htf->model, htf->tree.first[htf->tree.levels - 1],
                                   sizeof *htf->at, err);
    if (!htf->at)
        return WR_ENOMEM;
    enum wr_status status = wr_forest_init_tree(&htf->forest, o, &htf->tree, htf->at, err);
    return status ? status : describe(htf, err);
}

/* For all observations at once, or for parts of `batch'. */
static enum wr_status make_room(struct htf *htf, int64_t batch, struct wr_error *err)
{
    struct wr_factorization *m = &htf->model;
    const struct wr_forest *f = &htf->forest;
    enum wr_status status = WR_OK;
    int64_t rows = f->node[f->top[0]].rows, cols = f->node[f->top[1]].rows;
    htf->parts = batch > 0 && batch < m->count;
    if (htf->parts) {
        htf->sum = wr_factorization_own(m, m->size, sizeof *htf->sum, err);
        status = htf->sum ? wr_forest_part_init(&htf->part, f, batch, err) : WR_ENOMEM;
    }
    if (!status)
        status = wr_pair_matrix_room(&htf->matrix, rows, cols, htf->parts ? batch : m->count, err);
    if (!status && !htf->parts)
        wr_pair_matrix_fill(&htf->matrix, f);
    return status ? status
                  : WR_KERNEL(wr_htf_room_init)(&htf->room, htf, f, htf->parts ? batch : m->count,
                                                m->grad, err);
}

/* The tensor is expected to have the observations' mean square. */
static enum wr_status add_bonus(struct htf *htf, const struct wr_htf_options *options,
                                const struct wr_observations *o, struct wr_error *err)
{
    double norm = 0;
    if (!(options->bonus > 0))
        return WR_OK;
    enum wr_status status = wr_norm(o->value, o->count, &norm, err);
    return status ? status
                  : wr_htf_bonus_new(htf, options, norm / sqrt((double)o->count), &htf->bonus, err);
}

static enum wr_status copy_values(struct htf *htf, const double *value, struct wr_error *err)
{
    htf->y = wr_factorization_own(&htf->model, htf->model.count, sizeof *htf->y, err);
    for (int64_t i = 0; htf->y && i < htf->model.count; i++)
        htf->y[i] = (wr_real)value[i];
    return htf->y ? WR_OK : WR_ENOMEM;
}

enum wr_status WR_REAL(wr_htf_new)(const struct wr_observations *o,
                                   const struct wr_htf_options *options, const struct wr_loss *loss,
                                   struct wr_factorization **out, struct wr_error *err)
{
    enum wr_status status = wr_factorization_check(o, loss, err);
    if (status)
        return status;
    struct htf *htf = wr_factorization_new(&class, sizeof *htf, loss, sizeof(wr_real), err);
    if (!htf)
        return WR_ENOMEM;
    htf->model.count = o->count;
    describe_variant(&htf->model, options);
    status = wr_modetree_init(&htf->tree, o->order, options->arity, options->pattern, err);
    if (!status)
        status = check_widths(&htf->tree, options, err);
    if (!status)
        status = add_factors(htf, o->dim, options->width, err);
    if (!status)
        status = add_bonus(htf, options, o, err);
    if (!status)
        status = plant(htf, o, err);
    if (!status)
        status = make_room(htf, options->batch, err);
    if (!status)
        status = copy_values(htf, o->value, err);
    if (status)
        wr_factorization_free(&htf->model);
    else
        *out = &htf->model;
    return status;
}
