/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "gen/geometric.h"

#include <math.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "base/blocks.h"
#include "gen/stream.h"

enum {
    LAYERS = 64, /* no weight reaches 2^64: wr_rng_exponential stays below 40 */
    BLOCK = 256  /* vertices that a thread joins at once */
};

/* The vertices in place, and by layers: layer l holds those of weight 2^l to 2^(l + 1), in the
 * order in which they lie. */
struct circle {
    uint32_t n;
    double reach;   /* r */
    double *place;  /* n, ascending, in [0, 1) */
    double *weight; /* n */
    int64_t first[LAYERS + 1];
    uint32_t *member; /* n: layer l is member[first[l]] .. member[first[l + 1] - 1] */
};

static void circle_release(struct circle *c)
{
    free(c->place);
    free(c->weight);
    free(c->member);
}

static enum wr_status circle_init(struct circle *c, uint32_t n, struct wr_error *err)
{
    *c = (struct circle){.n = n};
    c->place = wr_alloc(n, sizeof *c->place, err);
    c->weight = wr_alloc(n, sizeof *c->weight, err);
    c->member = wr_alloc(n, sizeof *c->member, err);
    if (c->place && c->weight && c->member)
        return WR_OK;
    circle_release(c);
    return WR_ENOMEM;
}

static int layer_of(double weight)
{
    return ilogb(weight);
}

/* n uniform places in ascending order are the partial sums of n + 1 exponential gaps, divided by
 * their total. */
static void draw_places(struct circle *c, struct wr_rng *rng)
{
    double sum = 0;
    for (uint32_t v = 0; v < c->n; v++)
        c->place[v] = sum += wr_rng_exponential(rng);
    sum += wr_rng_exponential(rng);
    for (uint32_t v = 0; v < c->n; v++)
        c->place[v] /= sum;
}

/* Weights, and r: the mean degree is the sum of 2 r w_u w_v over u != v, divided by n. */
static void draw_weights(struct circle *c, const struct wr_geometric *model, struct wr_rng *rng)
{
    double sum = 0, squares = 0;
    for (uint32_t v = 0; v < c->n; v++) {
        double w = exp(wr_rng_exponential(rng) / (model->exponent - 1));
        c->weight[v] = w;
        sum += w;
        squares += w * w;
    }
    c->reach = c->n > 1 ? model->degree * c->n / (2 * (sum * sum - squares)) : 0;
}

static void fill_layers(struct circle *c)
{
    int64_t next[LAYERS];
    for (uint32_t v = 0; v < c->n; v++)
        c->first[layer_of(c->weight[v]) + 1]++;
    for (int l = 0; l < LAYERS; l++) {
        next[l] = c->first[l];
        c->first[l + 1] += c->first[l];
    }
    for (uint32_t v = 0; v < c->n; v++)
        c->member[next[layer_of(c->weight[v])]++] = v;
}

/* The way from place x to place y, forward round the circle: in [0, 1). */
static double forward(double x, double y)
{
    return y >= x ? y - x : y - x + 1;
}

static double distance(double x, double y)
{
    double way = fabs(x - y);
    return way <= 0.5 ? way : 1 - way;
}

/* The first of the layer's count members at or after place x; count when there is none. */
static int64_t lower_bound(const struct circle *c, const uint32_t *member, int64_t count, double x)
{
    int64_t low = 0, high = count;
    while (low < high) {
        int64_t middle = low + (high - low) / 2;
        if (c->place[member[middle]] < x)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* u's neighbours in layer l: their number; the edges are written unless edges is NULL. Only the
 * arc is looked at that holds all vertices a member of the layer could be joined to u from. In
 * u's own layer the smaller vertex has the edge. */
static int64_t join_layer(const struct circle *c, uint32_t u, int l, uint64_t *edges)
{
    const uint32_t *member = c->member + c->first[l];
    int64_t count = c->first[l + 1] - c->first[l], found = 0;
    int own = layer_of(c->weight[u]) == l;
    double x = c->place[u], arc = c->reach * c->weight[u] * ldexp(1, l + 1);
    double begin = arc < 0.5 ? x - arc : 0;
    if (begin < 0)
        begin += 1;
    int64_t at = lower_bound(c, member, count, begin);
    for (int64_t i = 0; i < count; i++, at++) {
        if (at >= count)
            at = 0;
        uint32_t v = member[at];
        double y = c->place[v];
        if (arc < 0.5 && forward(begin, y) > 2 * arc)
            break;
        if ((own && v <= u) || distance(x, y) > c->reach * c->weight[u] * c->weight[v])
            continue;
        if (edges)
            edges[found] = wr_edge(u, v);
        found++;
    }
    return found;
}

/* The edges of u with its own layer and the heavier ones. */
static int64_t join(const struct circle *c, uint32_t u, uint64_t *edges)
{
    int64_t found = 0;
    for (int l = layer_of(c->weight[u]); l < LAYERS; l++)
        if (c->first[l] < c->first[l + 1])
            found += join_layer(c, u, l, edges ? edges + found : NULL);
    return found;
}

struct joined {
    const struct circle *circle;
    int64_t *start;  /* of each vertex's edges */
    uint64_t *edges; /* NULL: count them, into the next vertex's start */
};

static void join_vertices(void *context, int64_t begin, int64_t end)
{
    const struct joined *j = context;
    for (int64_t u = begin; u < end; u++)
        if (j->edges)
            join(j->circle, (uint32_t)u, j->edges + j->start[u]);
        else
            j->start[u + 1] = join(j->circle, (uint32_t)u, NULL);
}

/* All edges: found twice, once to learn where each vertex's go. */
static enum wr_status join_all(const struct circle *c, struct wr_pairs *pairs, struct wr_error *err)
{
    int64_t *start = wr_alloc((int64_t)c->n + 1, sizeof *start, err);
    if (!start)
        return WR_ENOMEM;
    start[0] = 0;
    wr_blocks_run(c->n, BLOCK, join_vertices, &(struct joined){c, start, NULL});
    for (int64_t u = 0; u < c->n; u++)
        start[u + 1] += start[u];
    uint64_t *edges = wr_alloc(start[c->n], sizeof *edges, err);
    if (edges) {
        wr_blocks_run(c->n, BLOCK, join_vertices, &(struct joined){c, start, edges});
        *pairs = (struct wr_pairs){.n = c->n, .count = start[c->n], .key = edges};
    }
    free(start);
    return edges ? WR_OK : WR_ENOMEM;
}

enum wr_status wr_gen_geometric(const struct wr_geometric *model, uint64_t seed, struct wr_graph *g,
                                struct wr_error *err)
{
    if (!(model->degree >= 0 && model->degree <= UINT32_MAX))
        return wr_error_set(err, WR_EINVAL, "the mean degree %g is not between 0 and 2^32",
                            model->degree);
    if (!(model->exponent > 2))
        return wr_error_set(err, WR_EINVAL, "the exponent %g is not above 2", model->exponent);
    struct circle circle;
    struct wr_pairs pairs;
    struct wr_rng rng;
    if (circle_init(&circle, model->n, err))
        return WR_ENOMEM;
    wr_draw_init(&rng, seed, WR_DRAW_PLACES, 0);
    draw_places(&circle, &rng);
    draw_weights(&circle, model, &rng);
    fill_layers(&circle);
    enum wr_status status = join_all(&circle, &pairs, err);
    circle_release(&circle);
    return status ? status : wr_graph_init(g, &pairs, false, err);
}
