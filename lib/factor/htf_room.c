/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "factor/htf_kernels.h"

#include <stdlib.h>

#include "base/alloc.h"
#include "base/blocks.h"
#include "base/cacheline.h"
#include "factor/lanes.h"

/* Compiled in both precisions. One allocation, with pointers into it. */

static int64_t most_rows(const struct wr_forest *f, int i, int64_t most)
{
    return f->node[i].child[0] < 0 || f->node[i].rows < most ? f->node[i].rows : most;
}

static int64_t times(int64_t a, int64_t b)
{
    int64_t product;
    return __builtin_mul_overflow(a, b, &product) ? INT64_MAX : product;
}

static int64_t plus(int64_t a, int64_t b)
{
    int64_t sum;
    return __builtin_add_overflow(a, b, &sum) ? INT64_MAX : sum;
}

/* Whether the rows of a node are the room's own: all but parameters. */
static bool has_rows(const struct htf *htf, int i)
{
    return i >= htf->tree.order;
}

int64_t WR_KERNEL(wr_htf_room_numbers)(const struct htf *htf, const struct wr_forest *f,
                                       int64_t most)
{
    int64_t numbers = 0;
    for (int i = 0; i < htf->nodes; i++) {
        const struct htf_node *node = &htf->node[i];
        int64_t width = wr_lanes_stride(node->out);
        if (node->map >= 0)
            width += wr_lanes_stride(node->in);
        if (has_rows(htf, i))
            numbers = plus(numbers, times(most_rows(f, i, most), width));
    }
    return numbers;
}

/* Where the next array begins. */
struct slab {
    char *next; /* NULL: only count */
    int64_t bytes;
};

static void *take(struct slab *s, int64_t count, size_t size)
{
    int64_t bytes = times(count, (int64_t)size);
    bytes = plus(bytes, WR_CACHE_LINE - bytes % WR_CACHE_LINE);
    s->bytes = plus(s->bytes, bytes);
    char *here = s->next;
    if (here)
        s->next += bytes;
    return here;
}

static void take_rows(struct htf_room *room, const struct htf *htf, int i, int64_t rows,
                      wr_real *grads, struct slab *s)
{
    const struct htf_node *node = &htf->node[i];
    struct htf_rows made = {0};
    int64_t numbers = times(rows, wr_lanes_stride(node->out));
    if (has_rows(htf, i)) {
        made.value = take(s, numbers, sizeof *made.value);
        made.grad = grads ? take(s, numbers, sizeof *made.grad) : NULL;
        made.pooled = made.value;
        made.pooled_grad = made.grad;
    } else {
        const struct wr_factor *f = &htf->model.factor[i];
        made.value = (wr_real *)htf->model.value + f->offset;
        made.grad = grads ? grads + f->offset : NULL;
    }
    if (node->map >= 0) {
        numbers = times(rows, wr_lanes_stride(node->in));
        made.pooled = take(s, numbers, sizeof *made.pooled);
        made.pooled_grad = grads ? take(s, numbers, sizeof *made.pooled_grad) : NULL;
    }
    if (s->next)
        room->rows[i] = made;
}

/* Tasks of the wave with the most of them, at most: all. */
static int64_t count_tasks(const struct htf *htf, const struct wr_forest *f, int64_t most)
{
    int64_t tasks = 0;
    for (int i = 0; i < htf->nodes; i++) {
        int64_t rows = most_rows(f, i, most);
        tasks += wr_block_count(rows > htf->node[i].in ? rows : htf->node[i].in, HTF_PANEL);
    }
    return tasks;
}

static void lay_out(struct htf_room *room, const struct htf *htf, const struct wr_forest *f,
                    int64_t most, wr_real *grads, struct slab *s)
{
    int64_t entries = f->count < most ? f->count : most;
    int64_t stride = wr_lanes_stride(htf->width), first = most_rows(f, f->top[0], most);
    room->rows = take(s, htf->nodes, sizeof *room->rows);
    for (int i = 0; i < htf->nodes; i++)
        take_rows(room, htf, i, most_rows(f, i, most), grads, s);
    room->scaled = take(s, times(first, stride), sizeof *room->scaled);
    room->output = take(s, stride, sizeof *room->output);
    room->output_grad = take(s, stride, sizeof *room->output_grad);
    room->x = take(s, entries, sizeof *room->x);
    room->y = take(s, entries, sizeof *room->y);
    room->partial = take(s, wr_loss_partials(entries), sizeof *room->partial);
    room->task = take(s, count_tasks(htf, f, most), sizeof *room->task);
}

/* The top without modes, of a root with a single child. */
static void fill_unit(const struct htf_room *room, const struct htf *htf)
{
    for (int i = htf->tree.order; i < htf->nodes; i++)
        for (int64_t r = 0; htf->node[i].wave == 0 && r < htf->node[i].out; r++)
            room->rows[i].value[r] = 1;
}

enum wr_status WR_KERNEL(wr_htf_room_init)(struct htf_room *room, const struct htf *htf,
                                           const struct wr_forest *f, int64_t most, wr_real *grad,
                                           struct wr_error *err)
{
    struct htf_room made = {0};
    struct slab s = {0};
    lay_out(&made, htf, f, most, grad, &s);
    made.memory = wr_calloc(plus(s.bytes, WR_CACHE_LINE), 1, err);
    if (!made.memory)
        return WR_ENOMEM;
    s.next = wr_cache_line_in(made.memory);
    lay_out(&made, htf, f, most, grad, &s);
    fill_unit(&made, htf);
    *room = made;
    return WR_OK;
}

void WR_KERNEL(wr_htf_room_release)(struct htf_room *room)
{
    free(room->memory);
    *room = (struct htf_room){0};
}
