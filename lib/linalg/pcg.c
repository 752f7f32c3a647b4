/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "linalg/pcg.h"

#include <string.h>

#include "base/compiler.h"

/* A struct wr_row alone holds a number for each column: sums, steps. */

/* Q = L P; the result is p_c' q_c for every column c. */
WR_CLONES static struct wr_row multiply(const struct wr_network *net, const struct wr_row *p,
                                        struct wr_row *q)
{
    const struct wr_csr *a = &net->adjacency;
    struct wr_row pq = {0};
    for (uint32_t u = 0; u < a->n; u++) {
        struct wr_row sum = {0};
        if (net->weight) {
            for (int64_t i = a->row[u]; i < a->row[u + 1]; i++)
                for (int c = 0; c < WR_COLUMNS; c++)
                    sum.c[c] += net->weight[i] * p[a->col[i]].c[c];
        } else {
            for (int64_t i = a->row[u]; i < a->row[u + 1]; i++)
                for (int c = 0; c < WR_COLUMNS; c++)
                    sum.c[c] += p[a->col[i]].c[c];
        }
        for (int c = 0; c < WR_COLUMNS; c++) {
            sum.c[c] = net->degree[u] * p[u].c[c] - sum.c[c];
            pq.c[c] += p[u].c[c] * sum.c[c];
        }
        q[u] = sum;
    }
    return pq;
}

/* X += P diag(step), R -= Q diag(step) */
WR_CLONES static void advance(uint32_t n, struct wr_row step, const struct wr_row *restrict p,
                              const struct wr_row *restrict q, struct wr_row *restrict x,
                              struct wr_row *restrict r)
{
    for (uint32_t u = 0; u < n; u++)
        for (int c = 0; c < WR_COLUMNS; c++) {
            x[u].c[c] += step.c[c] * p[u].c[c];
            r[u].c[c] -= step.c[c] * q[u].c[c];
        }
}

/* Z = D^-1 R, D the diagonal of L; the result is r_c' z_c for every column c. */
WR_CLONES static struct wr_row divide_by_diagonal(const struct wr_network *net,
                                                  const struct wr_row *restrict r,
                                                  struct wr_row *restrict z)
{
    struct wr_row rz = {0};
    for (uint32_t u = 0; u < net->adjacency.n; u++) {
        double inverse = net->degree[u] > 0 ? 1 / net->degree[u] : 0;
        for (int c = 0; c < WR_COLUMNS; c++) {
            z[u].c[c] = inverse * r[u].c[c];
            rz.c[c] += r[u].c[c] * z[u].c[c];
        }
    }
    return rz;
}

/* r_c' z_c for every column c */
WR_CLONES static struct wr_row dot(uint32_t n, const struct wr_row *r, const struct wr_row *z)
{
    struct wr_row rz = {0};
    for (uint32_t u = 0; u < n; u++)
        for (int c = 0; c < WR_COLUMNS; c++)
            rz.c[c] += r[u].c[c] * z[u].c[c];
    return rz;
}

/* P = Z + P diag(momentum) */
WR_CLONES static void turn(uint32_t n, struct wr_row momentum, const struct wr_row *restrict z,
                           struct wr_row *restrict p)
{
    for (uint32_t u = 0; u < n; u++)
        for (int c = 0; c < WR_COLUMNS; c++)
            p[u].c[c] = z[u].c[c] + momentum.c[c] * p[u].c[c];
}

/* a / b by columns; 0 where a column has nothing left to solve. */
static struct wr_row ratio(struct wr_row a, struct wr_row b)
{
    for (int c = 0; c < WR_COLUMNS; c++)
        a.c[c] = b.c[c] > 0 ? a.c[c] / b.c[c] : 0;
    return a;
}

static bool all_below(struct wr_row a, double fraction, struct wr_row b)
{
    for (int c = 0; c < WR_COLUMNS; c++)
        if (!(a.c[c] <= fraction * b.c[c]))
            return false;
    return true;
}

bool wr_pcg_solve(const struct wr_network *net, const struct wr_approx_cholesky *f,
                  double tolerance, int limit, struct wr_row *b, struct wr_row *x,
                  struct wr_row *work)
{
    uint32_t n = net->adjacency.n;
    /* Z and Q are never needed at the same time */
    struct wr_row *r = b, *p = work, *q = p + n, *z = q;
    struct wr_row rz, rz_start = {0}, rz_last = {0};
    memset(x, 0, n * sizeof *x);
    memset(p, 0, n * sizeof *p);
    for (int iteration = 0;; iteration++) {
        if (f) {
            wr_approx_cholesky_solve(f, r, z, q + n);
            rz = dot(n, r, z);
        } else {
            rz = divide_by_diagonal(net, r, z);
        }
        if (iteration == 0)
            rz_start = rz;
        if (all_below(rz, tolerance * tolerance, rz_start))
            return true;
        if (iteration == limit)
            return false;
        turn(n, ratio(rz, rz_last), z, p);
        rz_last = rz;
        advance(n, ratio(rz, multiply(net, p, q)), p, q, x, r);
    }
}
