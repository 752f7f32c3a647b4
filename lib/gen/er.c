/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "gen/er.h"

#include <math.h>

#include "gen/independent.h"
#include "gen/stream.h"

/* The edges of G(n, p). */
static enum wr_status draw_gnp(uint32_t n, double p, uint64_t seed, int64_t attempt,
                               struct wr_pairs *pairs, struct wr_error *err)
{
    const struct wr_pair_region all = {.rows = n, .cols = n, .p = p};
    enum wr_status status = wr_gen_independent(&all, 1, seed, attempt, pairs, err);
    if (!status)
        pairs->n = n;
    return status;
}

enum wr_status wr_gen_gnp(uint32_t n, double p, uint64_t seed, struct wr_graph *g,
                          struct wr_error *err)
{
    struct wr_pairs pairs;
    if (!(p >= 0 && p <= 1))
        return wr_error_set(err, WR_EINVAL, "the probability %g is not between 0 and 1", p);
    enum wr_status status = draw_gnp(n, p, seed, 0, &pairs, err);
    return status ? status : wr_graph_init(g, &pairs, false, err);
}

/* Keep m of the edges, every choice equally likely, in their order (selection sampling: Knuth,
 * The Art of Computer Programming 2, 3.4.2, Algorithm S). */
static void drop_surplus(struct wr_pairs *pairs, int64_t m, uint64_t seed)
{
    struct wr_rng rng;
    wr_draw_init(&rng, seed, WR_DRAW_SURPLUS, 0);
    int64_t kept = 0;
    for (int64_t i = 0; kept < m; i++)
        if ((int64_t)wr_rng_below(&rng, (uint64_t)(pairs->count - i)) < m - kept)
            pairs->key[kept++] = pairs->key[i];
    pairs->count = m;
}

/* All sets of k edges are equally likely in a G(n, p) that has k edges, and they stay so when
 * edges dropped at random make them m. So p is chosen to give some more than m, two standard
 * deviations, and a draw that still falls short, one in fifty, is thrown away. */
enum wr_status wr_gen_gnm(uint32_t n, int64_t m, uint64_t seed, struct wr_graph *g,
                          struct wr_error *err)
{
    int64_t all = wr_pair_count(n);
    if (m < 0 || m > all)
        return wr_error_set(err, WR_EINVAL,
                            "%lld edges are too many: %u vertices have at most %lld", (long long)m,
                            n, (long long)all);
    double wanted = (double)m + 2 * sqrt((double)m) + 2;
    double p = wanted < (double)all ? wanted / (double)all : 1;
    struct wr_pairs pairs = {0};
    int64_t attempt = 0;
    do {
        wr_pairs_release(&pairs);
        enum wr_status status = draw_gnp(n, p, seed, attempt++, &pairs, err);
        if (status)
            return status;
    } while (pairs.count < m);
    drop_surplus(&pairs, m, seed);
    return wr_graph_init(g, &pairs, false, err);
}
