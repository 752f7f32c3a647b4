/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "unit.h"
#include "walkoracle.h"

#include <math.h>

#include "sparsify/boundary.h"
#include "sparsify/seprank.h"
#include "sparsify/walkindex.h"

/*
 * Bounds against separation ranks computed exactly: a product-aggregation network with random
 * weights modulo a prime is evaluated on every assignment of templates to vertices, and the rank
 * of the outputs as a matrix (assignments to I) x (assignments to the complement) is taken
 * modulo the prime.
 */

enum { PRIME = 2147483647, MAX_VERTICES = 5, MAX_DEPTH = 3, MAX_WIDTH = 3, MAX_TEMPLATES = 20 };
enum { MAX_ENTRIES = 1024 };

static uint32_t times(uint32_t x, uint32_t y)
{
    return (uint32_t)((uint64_t)x * y % PRIME);
}

static uint32_t plus(uint32_t x, uint32_t y)
{
    return (uint32_t)(((uint64_t)x + y) % PRIME);
}

static uint32_t inverse(uint32_t x)
{
    uint32_t power = x, result = 1;
    for (uint32_t e = PRIME - 2; e; e >>= 1) { /* Fermat */
        if (e & 1)
            result = times(result, power);
        power = times(power, power);
    }
    return result;
}

struct network {
    const struct wr_graph *g;
    bool a[MAX_VERTICES][MAX_VERTICES]; /* with loops */
    int depth, width, input_width, templates;
    uint32_t weight[MAX_DEPTH][MAX_WIDTH][MAX_WIDTH]; /* layer 0 is width x input_width */
    uint32_t output[MAX_WIDTH];
    uint32_t input[MAX_TEMPLATES][MAX_WIDTH];
};

static uint32_t random_residue(struct wr_rng *rng)
{
    return (uint32_t)wr_rng_below(rng, PRIME);
}

/* Templates of as many as leave the grid small, at least the input width. */
static int template_count(uint32_t n)
{
    const int count[MAX_VERTICES + 1] = {0, 0, 20, 8, 5, 4};
    return count[n];
}

static void network_init(struct network *w, const struct wr_graph *g, int depth, int width,
                         int input_width, struct wr_rng *rng)
{
    *w = (struct network){.g = g, .depth = depth, .width = width, .input_width = input_width};
    w->templates = template_count(g->n);
    for (uint32_t v = 0; v < g->n; v++)
        w->a[v][v] = true;
    for (int64_t e = 0; e < g->m; e++) {
        uint32_t u = wr_edge_u(g->edge[e]), v = wr_edge_v(g->edge[e]);
        w->a[u][v] = w->a[v][u] = true;
    }
    for (int layer = 0; layer < depth; layer++)
        for (int i = 0; i < width; i++)
            for (int j = 0; j < width || j < input_width; j++)
                w->weight[layer][i][j] = random_residue(rng);
    for (int i = 0; i < width; i++)
        w->output[i] = random_residue(rng);
    for (int m = 0; m < w->templates; m++)
        for (int j = 0; j < input_width; j++)
            w->input[m][j] = random_residue(rng);
}

/* h(l, v) = product over u in N[v] of W(l) h(l - 1, u), elementwise. */
static void layer(const struct network *w, int l, uint32_t h[MAX_VERTICES][MAX_WIDTH])
{
    uint32_t mapped[MAX_VERTICES][MAX_WIDTH] = {{0}};
    for (uint32_t v = 0; v < w->g->n; v++)
        for (int i = 0; i < w->width; i++)
            for (int j = 0; j < (l ? w->width : w->input_width); j++)
                mapped[v][i] = plus(mapped[v][i], times(w->weight[l][i][j], h[v][j]));
    for (uint32_t v = 0; v < w->g->n; v++)
        for (int i = 0; i < w->width; i++) {
            h[v][i] = 1;
            for (uint32_t u = 0; u < w->g->n; u++)
                if (w->a[v][u])
                    h[v][i] = times(h[v][i], mapped[u][i]);
        }
}

/* Outputs for one assignment of templates: of every vertex, then of the graph. */
static void forward(const struct network *w, const int *assigned, uint32_t out[MAX_VERTICES + 1])
{
    uint32_t h[MAX_VERTICES][MAX_WIDTH], all[MAX_WIDTH];
    for (uint32_t v = 0; v < w->g->n; v++)
        memcpy(h[v], w->input[assigned[v]], sizeof h[v]);
    for (int l = 0; l < w->depth; l++)
        layer(w, l, h);
    memset(out, 0, (MAX_VERTICES + 1) * sizeof *out);
    for (int i = 0; i < w->width; i++) {
        all[i] = 1;
        for (uint32_t v = 0; v < w->g->n; v++) {
            all[i] = times(all[i], h[v][i]);
            out[v] = plus(out[v], times(w->output[i], h[v][i]));
        }
        out[w->g->n] = plus(out[w->g->n], times(w->output[i], all[i]));
    }
}

/* The order-n grid tensors, vertex 0 slowest; tensor n is that of graph prediction. */
static int grid(const struct network *w, uint32_t tensor[MAX_VERTICES + 1][MAX_ENTRIES])
{
    int entries = 1;
    for (uint32_t v = 0; v < w->g->n; v++)
        entries *= w->templates;
    ck_assert_int_le(entries, MAX_ENTRIES);
    for (int entry = 0; entry < entries; entry++) {
        int assigned[MAX_VERTICES], rest = entry;
        uint32_t out[MAX_VERTICES + 1];
        for (uint32_t v = w->g->n; v-- > 0; rest /= w->templates)
            assigned[v] = rest % w->templates;
        forward(w, assigned, out);
        for (uint32_t t = 0; t <= w->g->n; t++)
            tensor[t][entry] = out[t];
    }
    return entries;
}

/* Gaussian elimination modulo the prime. */
static int rank_of(uint32_t *matrix, int rows, int columns)
{
    int rank = 0;
    for (int column = 0; column < columns && rank < rows; column++) {
        int pivot = rank;
        while (pivot < rows && matrix[pivot * columns + column] == 0)
            pivot++;
        if (pivot == rows)
            continue;
        for (int j = 0; j < columns; j++) {
            uint32_t swap = matrix[pivot * columns + j];
            matrix[pivot * columns + j] = matrix[rank * columns + j];
            matrix[rank * columns + j] = swap;
        }
        uint32_t scale = inverse(matrix[rank * columns + column]);
        for (int i = rank + 1; i < rows; i++) {
            uint32_t factor = times(PRIME - matrix[i * columns + column], scale);
            for (int j = column; factor && j < columns; j++)
                matrix[i * columns + j] =
                    plus(matrix[i * columns + j], times(factor, matrix[rank * columns + j]));
        }
        rank++;
    }
    return rank;
}

/* The vertices whose inputs reach the output of t: within distance depth; all for t = n. */
static unsigned influence(const struct network *w, uint32_t t)
{
    unsigned reached = t < w->g->n ? 1U << t : ~0U;
    for (int l = 0; l < w->depth; l++) {
        unsigned next = reached;
        for (uint32_t u = 0; u < w->g->n; u++)
            for (uint32_t v = 0; v < w->g->n; v++)
                if (w->a[u][v] && reached >> u & 1)
                    next |= 1U << v;
        reached = next;
    }
    return reached;
}

/* The largest rank that a matricization by (I, complement) of tensor t can have. */
static int largest_rank(const struct network *w, uint32_t t, unsigned mask)
{
    unsigned reached = influence(w, t);
    int rows = 1, columns = 1;
    for (uint32_t v = 0; v < w->g->n; v++)
        if (reached >> v & 1)
            *(mask >> v & 1 ? &rows : &columns) *= w->templates;
    return rows < columns ? rows : columns;
}

/* Rank of a grid tensor matricized by (I, complement), I a bit mask. */
static int separation_rank(const struct network *w, const uint32_t *tensor, int entries,
                           unsigned mask)
{
    static uint32_t matrix[MAX_ENTRIES];
    int rows = 1;
    for (uint32_t v = 0; v < w->g->n; v++)
        rows *= mask >> v & 1 ? w->templates : 1;
    int columns = entries / rows;
    for (int entry = 0; entry < entries; entry++) {
        int row = 0, column = 0, place = entries, rest = entry;
        for (uint32_t v = 0; v < w->g->n; v++) {
            place /= w->templates;
            int digit = rest / place;
            rest %= place;
            if (mask >> v & 1)
                row = row * w->templates + digit;
            else
                column = column * w->templates + digit;
        }
        matrix[row * columns + column] = tensor[entry];
    }
    return rank_of(matrix, rows, columns);
}

static void check_rank(int rank, int largest, double upper, double lower)
{
    const double slack = 1e-9;
    ck_assert_double_le(log(rank), upper + slack);
    if (rank < largest)
        ck_assert_double_ge(log(rank), lower - slack);
}

/* Every subset and every target of one network. */
static void check_network(const struct network *w, const struct wr_csr *csr)
{
    static uint32_t tensor[MAX_VERTICES + 1][MAX_ENTRIES];
    struct wr_error err = {0};
    struct wr_partitions p = {0};
    uint32_t n = w->g->n;
    int entries = grid(w, tensor);
    for (unsigned mask = 0; mask < 1U << n; mask++) {
        uint32_t subset[MAX_VERTICES];
        int64_t size = 0;
        for (uint32_t v = 0; v < n; v++)
            if (mask >> v & 1)
                subset[size++] = v;
        for (uint32_t t = 0; t < n; t++)
            ck_ok(wr_partitions_add(&p, t, 0, subset, size, &err), err);
    }
    struct wr_walkindex vertex, graph;
    struct wr_walkindex_options options = {.task = WR_TASK_VERTEX,
                                           .length = w->depth - 1,
                                           .width = w->width,
                                           .input_width = w->input_width};
    ck_ok(wr_walkindex_partitions(csr, &p, &options, &vertex, &err), err);
    options.task = WR_TASK_GRAPH;
    ck_ok(wr_walkindex_partitions(csr, &p, &options, &graph, &err), err);
    for (int64_t i = 0; i < p.count; i++) {
        unsigned mask = (unsigned)(i / n);
        uint32_t t = (uint32_t)(i % n);
        int rank = separation_rank(w, tensor[t], entries, mask);
        check_rank(rank, largest_rank(w, t, mask), vertex.upper[i], vertex.lower[i]);
        if (t > 0)
            continue;
        rank = separation_rank(w, tensor[n], entries, mask);
        check_rank(rank, largest_rank(w, n, mask), graph.upper[i], graph.lower[i]);
    }
    wr_walkindex_release(&vertex);
    wr_walkindex_release(&graph);
    wr_partitions_release(&p);
}

static const struct {
    uint32_t n;
    int m;
    uint32_t edge[6][2];
} graphs[] = {
    {2, 1, {{0, 1}}},                                 /* P2 */
    {3, 2, {{0, 1}, {1, 2}}},                         /* P3 */
    {3, 3, {{0, 1}, {0, 2}, {1, 2}}},                 /* a triangle */
    {4, 3, {{0, 1}, {1, 2}, {2, 3}}},                 /* P4 */
    {4, 3, {{0, 1}, {0, 2}, {0, 3}}},                 /* S3 */
    {4, 4, {{0, 1}, {1, 2}, {2, 3}, {0, 3}}},         /* a square */
    {4, 4, {{0, 1}, {0, 2}, {1, 2}, {2, 3}}},         /* a triangle with a tail */
    {4, 3, {{0, 1}, {0, 2}, {1, 2}}},                 /* a triangle and an isolated vertex */
    {5, 4, {{0, 1}, {0, 2}, {0, 3}, {0, 4}}},         /* S4 */
    {5, 5, {{0, 1}, {0, 2}, {1, 2}, {2, 3}, {3, 4}}}, /* a triangle with a long tail */
};

static void check_graph(uint32_t which)
{
    struct wr_rng rng;
    struct wr_error err = {0};
    struct wr_graph g;
    struct wr_csr csr;
    uint64_t edges[6];
    wr_rng_init(&rng, 1, which);
    for (int e = 0; e < graphs[which].m; e++)
        edges[e] = wr_edge(graphs[which].edge[e][0], graphs[which].edge[e][1]);
    ck_ok(wr_graph_from_edges(&g, graphs[which].n, edges, graphs[which].m, false, &err), err);
    ck_ok(wr_csr_init(&csr, &g, WR_CSR_BOTH, false, &err), err);
    for (int depth = 1; depth <= MAX_DEPTH; depth++)
        for (int width = 1; width <= MAX_WIDTH; width++)
            for (int input_width = 1; input_width <= MAX_WIDTH; input_width++) {
                struct network w;
                network_init(&w, &g, depth, width, input_width, &rng);
                check_network(&w, &csr);
            }
    wr_csr_release(&csr);
    wr_graph_release(&g);
}

START_TEST(ranks_lie_between_the_bounds)
{
    for (uint32_t which = 0; which < sizeof graphs / sizeof *graphs; which++)
        check_graph(which);
}
END_TEST

/* Whether C = N[I'] and N[J'] intersected is admissible; its walks. Sets are bit masks. */
static bool admissible(const struct walk_oracle *o, unsigned chosen_in, unsigned chosen_out,
                       const double *walks, double *sum)
{
    *sum = 0;
    for (uint32_t k = 0; k < o->n; k++) {
        unsigned closed = 0;
        for (uint32_t u = 0; u < o->n; u++)
            closed |= (unsigned)o->a[k][u] << u;
        int in = __builtin_popcount(closed & chosen_in);
        int out = __builtin_popcount(closed & chosen_out);
        if (in && out && (in > 1 || out > 1))
            return false;
        if (in && out)
            *sum += walks[k];
    }
    return true;
}

/* The most walks that an admissible C has, and whether some C has just as many as were found. */
static double most_walks(const struct walk_oracle *o, unsigned mask, const double *walks,
                         double found, bool *attained)
{
    unsigned all = (1U << o->n) - 1;
    double most = 0, sum;
    *attained = false;
    for (unsigned in = 0; in <= all; in++)
        for (unsigned out = 0; out <= all; out++) {
            if (in & ~mask || out & mask || !admissible(o, in, out, walks, &sum))
                continue;
            *attained = *attained || sum == found;
            most = fmax(most, sum);
        }
    return most;
}

/* The search finds the walks of some admissible C, no fewer than any single vertex of the
 * boundary has, and nearly the most on the average. */
START_TEST(search_against_all_subsets)
{
    enum { N = 7, ALL = (1 << N) - 1, ROUNDS = 200 };
    struct wr_rng rng;
    struct wr_error err = {0};
    double quality = 0;
    wr_rng_init(&rng, 1, 99);
    for (int round = 0; round < ROUNDS; round++) {
        struct wr_graph g;
        struct wr_csr csr;
        struct wr_boundary b;
        struct wr_admissible a;
        struct walk_oracle o;
        uint32_t subset[N];
        int64_t size = 0;
        double largest = 0;
        bool attained;
        unsigned mask = 1 + (unsigned)wr_rng_below(&rng, ALL - 1);
        graph_and_csr(&g, &csr, &rng, N, 0.2 + 0.6 * wr_rng_uniform(&rng));
        oracle_init(&o, &g);
        for (uint32_t v = 0; v < N; v++)
            if (mask >> v & 1)
                subset[size++] = v;
        ck_ok(wr_boundary_init(&b, &csr, &err), err);
        ck_ok(wr_admissible_init(&a, &csr, &err), err);
        wr_boundary_find(&b, subset, size);
        for (uint32_t v = 0; v < N; v++) {
            a.walks[v] = (double)(1 + wr_rng_below(&rng, 50));
            if (b.state[v] & WR_BOUNDARY)
                largest = fmax(largest, a.walks[v]);
        }
        double found = wr_admissible_search(&a, &b);
        double most = most_walks(&o, mask, a.walks, found, &attained);
        ck_assert(attained);
        ck_assert_double_ge(found, largest);
        ck_assert_double_eq(found, wr_admissible_search(&a, &b)); /* leaves no trace */
        quality += most > 0 ? found / most : 1;
        wr_admissible_release(&a);
        wr_boundary_release(&b);
        oracle_release(&o);
        wr_csr_release(&csr);
        wr_graph_release(&g);
    }
    ck_assert_double_ge(quality / ROUNDS, 0.9);
}
END_TEST

unit_main("seprank", ranks_lie_between_the_bounds, search_against_all_subsets)
