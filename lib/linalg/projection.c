/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "linalg/projection.h"

#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/blocks.h"
#include "base/compiler.h"
#include "base/rng.h"
#include "linalg/approxchol.h"
#include "linalg/network.h"
#include "linalg/pcg.h"

enum {
    FIRST_COLUMNS = 32,   /* projected before the number needed is estimated */
    DIAGONAL_LIMIT = 100, /* iterations after which the diagonal is too weak a preconditioner */
    ITERATION_LIMIT = 1000
};

/* ... that some edge is further than epsilon from the truth. */
#define FAILURE_PROBABILITY 0.01

/* Solves are this much more accurate than the estimates. */
#define SOLVE_ACCURACY 0.001

/* Streams of random numbers; a caller with the same seed keeps to numbers below. */
#define SIGN_STREAM (UINT64_C(1) << 62)
#define SAMPLING_STREAM (UINT64_C(1) << 63)

/* What a thread works on: WR_COLUMNS columns of the projection. */
struct slot {
    void *memory;
    uint8_t *sign;       /* m: for each edge a sign per column */
    struct wr_row *y;    /* n: right-hand sides B' W^1/2 q, q of signs */
    struct wr_row *x;    /* n: solutions L^+ y */
    struct wr_row *work; /* 3 n */
    bool solved;
};

struct projection {
    const struct wr_graph *graph;
    const double *weight;
    uint64_t seed;
    double tolerance;
    struct wr_network net;
    struct wr_approx_cholesky factor;
    bool factored; /* whether factor, not the diagonal, is the preconditioner */
    int slots;
    struct slot *slot;
    double *rest; /* m: sum over the columns so far of the squares of the projected rests */
    struct wr_row signs[1 << WR_COLUMNS]; /* -1 or 1 for each bit of a byte */
};

/*
 * The part of an edge's leverage that degrees give. With x = e_u - e_v, the largest value that
 * 2 x'p - p'L p takes for p = a e_u - b e_v is a + b; R_uv is the largest for any p, and exceeds
 * it by the square of the energy norm of L^+ x - p.
 */
struct local {
    double a, b;
    double leverage; /* w (a + b) */
};

static inline struct local local_part(const struct projection *p, int64_t e)
{
    double w = p->weight ? p->weight[e] : 1;
    /* weight of the other edges at u and at v, relative to w */
    double u = p->net.degree[wr_edge_u(p->graph->edge[e])] / w - 1;
    double v = p->net.degree[wr_edge_v(p->graph->edge[e])] / w - 1;
    u = u > 0 ? u : 0;
    v = v > 0 ? v : 0;
    double determinant = u + v + u * v;
    if (determinant == 0)
        return (struct local){.a = 0.5 / w, .b = 0.5 / w, .leverage = 1};
    return (struct local){
        .a = v / determinant / w, .b = u / determinant / w, .leverage = (u + v) / determinant};
}

static void draw_signs(const struct projection *p, int64_t block, uint8_t *sign)
{
    struct wr_rng rng;
    wr_rng_init(&rng, p->seed, SIGN_STREAM | (uint64_t)block);
    uint32_t word = 0;
    for (int64_t e = 0; e < p->graph->m; e++) {
        word = e % 4 == 0 ? wr_rng_u32(&rng) : word >> 8;
        sign[e] = (uint8_t)word;
    }
}

/* Y = B' W^1/2 Q: each edge adds its square root of a weight, with the sign it has in a column, at
 * its first end, and takes it away at the other. */
WR_CLONES static void project(const struct projection *p, const uint8_t *sign, struct wr_row *y)
{
    const struct wr_csr *a = &p->net.adjacency;
    for (uint32_t u = 0; u < a->n; u++) {
        struct wr_row sum = {0};
        for (int64_t i = a->row[u]; i < a->row[u + 1]; i++) {
            double root = p->net.weight ? sqrt(p->net.weight[i]) : 1;
            const struct wr_row *q = &p->signs[sign[a->id[i]]];
            for (int c = 0; c < WR_COLUMNS; c++)
                sum.c[c] += (u < a->col[i] ? root : -root) * q->c[c];
        }
        y[u] = sum;
    }
}

/* X = L^+ Y for a block of columns. y is used up by the solver and made again. */
static void solve_block(const struct projection *p, int64_t block, int limit, struct slot *s)
{
    draw_signs(p, block, s->sign);
    project(p, s->sign, s->y);
    s->solved = wr_pcg_solve(&p->net, p->factored ? &p->factor : NULL, p->tolerance, limit, s->y,
                             s->x, s->work);
    project(p, s->sign, s->y);
}

/* Add the squares of (x_u - x_v) - (a y_u - b y_v), the projection of what p = a e_u - b e_v
 * leaves of L^+ (e_u - e_v). */
WR_CLONES static void add_rests(const struct projection *p, const struct slot *s, int64_t begin,
                                int64_t end)
{
    for (int64_t e = begin; e < end; e++) {
        uint32_t u = wr_edge_u(p->graph->edge[e]), v = wr_edge_v(p->graph->edge[e]);
        struct local l = local_part(p, e);
        double sum = 0;
        for (int c = 0; c < WR_COLUMNS; c++) {
            double rest = s->x[u].c[c] - s->x[v].c[c] - (l.a * s->y[u].c[c] - l.b * s->y[v].c[c]);
            sum += rest * rest;
        }
        p->rest[e] += sum;
    }
}

struct blocks_in_flight {
    const struct projection *projection;
    int count;
};

static void add_all_rests(void *context, int64_t begin, int64_t end)
{
    const struct blocks_in_flight *f = context;
    for (int i = 0; i < f->count; i++)
        add_rests(f->projection, &f->projection->slot[i], begin, end);
}

struct solves {
    struct projection *projection;
    int64_t block; /* of the first slot */
};

static void solve_slots(void *context, int64_t begin, int64_t end)
{
    const struct solves *s = context;
    for (int64_t i = begin; i < end; i++)
        solve_block(s->projection, s->block + i, ITERATION_LIMIT, &s->projection->slot[i]);
}

/* Project the blocks begin .. end-1, a few at a time; their rests are added in order. */
static enum wr_status project_blocks(struct projection *p, int64_t begin, int64_t end,
                                     const struct wr_progress *progress, struct wr_error *err)
{
    for (int64_t block = begin; block < end; block += p->slots) {
        struct blocks_in_flight f = {p, (int)(wr_block_end(block, p->slots, end) - block)};
        wr_blocks_run_even(f.count, p->graph->m > WR_BLOCK ? 1 : f.count, solve_slots,
                           &(struct solves){p, block});
        for (int i = 0; i < f.count; i++)
            if (!p->slot[i].solved)
                return wr_error_set(err, WR_ENUMERIC,
                                    "solves with the graph Laplacian do not converge");
        wr_blocks_run(p->graph->m, WR_BLOCK, add_all_rests, &f);
        if (!wr_progress_step(progress, block + f.count, end))
            return wr_error_set(err, WR_EINTERRUPT, "interrupted");
    }
    return WR_OK;
}

static double mean_rest(const struct projection *p, int64_t columns, int64_t e)
{
    return (p->weight ? p->weight[e] : 1) * (p->rest[e] / (double)columns);
}

struct estimates {
    const struct projection *projection;
    int64_t columns;
    double *leverage;
};

static void add_local_parts(void *context, int64_t begin, int64_t end)
{
    const struct estimates *s = context;
    for (int64_t e = begin; e < end; e++)
        s->leverage[e] =
            local_part(s->projection, e).leverage + mean_rest(s->projection, s->columns, e);
}

/* leverage = local part + rest; the largest share of the rest in one. */
static double estimate(const struct projection *p, int64_t columns, double *leverage)
{
    double largest = 0;
    wr_blocks_run(p->graph->m, WR_BLOCK, add_local_parts,
                  &(struct estimates){p, columns, leverage});
    for (int64_t e = 0; e < p->graph->m; e++)
        largest = fmax(largest, mean_rest(p, columns, e) / leverage[e]);
    return largest;
}

/*
 * Columns needed for a relative error of epsilon on all edges when the rest is the given share of
 * an estimate. A mean of k squared projections is outside [1 - s, 1 + t] times the truth with a
 * probability of at most exp(-k/2 (-s - ln(1 - s))) + exp(-k/2 (t - ln(1 + t))) (Chernoff); s and t
 * are the largest for which the leverage is still within epsilon.
 */
static double columns_needed(const struct projection *p, double share, double epsilon)
{
    double outside = log(2 * (double)p->graph->m / FAILURE_PROBABILITY), rate = INFINITY;
    double s = epsilon / (share + epsilon * (1 - share));
    double t = epsilon / (share - epsilon * (1 - share));
    if (s < 1)
        rate = -s - log1p(-s);
    if (t > 0)
        rate = fmin(rate, t - log1p(t));
    return 2 * outside / rate;
}

/* Use the diagonal of L, unless a block of columns shows that it is too weak. */
static enum wr_status choose_preconditioner(struct projection *p, struct wr_error *err)
{
    solve_block(p, 0, DIAGONAL_LIMIT, &p->slot[0]);
    if (p->slot[0].solved)
        return WR_OK;
    enum wr_status status =
        wr_approx_cholesky_init(&p->factor, &p->net, p->seed ^ SAMPLING_STREAM, err);
    p->factored = !status;
    return status;
}

static enum wr_status slot_init(struct slot *s, const struct projection *p, struct wr_error *err)
{
    int64_t n = p->graph->n;
    s->sign = wr_alloc(p->graph->m, sizeof *s->sign, err);
    s->memory = wr_alloc(5 * n + 1, sizeof *s->y, err);
    if (!s->sign || !s->memory)
        return WR_ENOMEM;
    uintptr_t line = sizeof(struct wr_row);
    s->y = (struct wr_row *)(((uintptr_t)s->memory + line - 1) / line * line);
    s->x = s->y + n;
    s->work = s->x + n;
    return WR_OK;
}

static enum wr_status projection_init(struct projection *p, struct wr_error *err)
{
    for (int byte = 0; byte < 1 << WR_COLUMNS; byte++)
        for (int c = 0; c < WR_COLUMNS; c++)
            p->signs[byte].c[c] = byte >> c & 1 ? 1 : -1;
    if (wr_network_init(&p->net, p->graph, p->weight, err))
        return WR_ENOMEM;
    p->rest = wr_calloc(p->graph->m, sizeof *p->rest, err);
    p->slot = wr_calloc(p->slots, sizeof *p->slot, err);
    if (!p->rest || !p->slot)
        return WR_ENOMEM;
    for (int i = 0; i < p->slots; i++)
        if (slot_init(&p->slot[i], p, err))
            return WR_ENOMEM;
    return WR_OK;
}

static void projection_release(struct projection *p)
{
    for (int i = 0; p->slot && i < p->slots; i++) {
        free(p->slot[i].sign);
        free(p->slot[i].memory);
    }
    free(p->slot);
    free(p->rest);
    wr_approx_cholesky_release(&p->factor);
    wr_network_release(&p->net);
}

enum wr_status wr_project_leverages(const struct wr_graph *g, const double *weight, double epsilon,
                                    uint64_t seed, const struct wr_progress *progress,
                                    double *leverage, struct wr_error *err)
{
    struct projection p = {.graph = g,
                           .weight = weight,
                           .seed = seed,
                           .tolerance = SOLVE_ACCURACY * epsilon,
                           .slots = wr_threads()};
    enum wr_status status = projection_init(&p, err);
    if (status || (status = choose_preconditioner(&p, err)))
        goto out;
    double columns = FIRST_COLUMNS, needed = FIRST_COLUMNS;
    for (int64_t done = 0; (double)done * WR_COLUMNS < needed;) {
        /* early estimates of the largest share are too large: no more than double */
        columns = fmin(needed, 2 * columns);
        int64_t blocks = (int64_t)ceil(columns / WR_COLUMNS);
        if ((status = project_blocks(&p, done, blocks, progress, err)))
            goto out;
        done = blocks;
        double share = estimate(&p, done * WR_COLUMNS, leverage);
        needed = columns_needed(&p, share, epsilon);
    }
    for (int64_t e = 0; e < g->m; e++)
        leverage[e] = fmin(leverage[e], 1);
out:
    projection_release(&p);
    return status;
}
