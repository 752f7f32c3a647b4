/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "unit.h"

#include <math.h>

#include "sparsify/quality.h"

/* A triangle 0 1 2 with a tail 2 - 3, and 4 alone. */
static const uint64_t edges[] = {UINT64_C(0) << 32 | 1, UINT64_C(0) << 32 | 2,
                                 UINT64_C(1) << 32 | 2, UINT64_C(2) << 32 | 3};

static void measure(struct wr_quality *q, enum wr_task task, int64_t depth)
{
    struct wr_graph g;
    struct wr_error err = {0};
    ck_ok(wr_graph_from_edges(&g, 5, edges, 4, false, &err), err);
    ck_ok(wr_quality_init(q, &g, task, depth, NULL, &err), err);
    wr_graph_release(&g);
}

START_TEST(counts_and_closed_walks)
{
    struct wr_quality q;
    measure(&q, WR_TASK_VERTEX, 3); /* 1 + 3 d + 2 tri: 9 9 12 4 0 */
    ck_assert_uint_eq(q.vertices, 5);
    ck_assert_int_eq(q.edges, 4);
    ck_assert_int_eq(q.isolated, 1);
    ck_assert_int_eq(q.components, 2);
    ck_assert_str_eq(q.min, "0");
    ck_assert_str_eq(q.median, "9");
    ck_assert_double_eq_tol(q.mean, 34.0 / 5, 1e-15);
    wr_quality_release(&q);
}
END_TEST

START_TEST(graph_prediction)
{
    struct wr_quality q;
    measure(&q, WR_TASK_GRAPH, 2); /* walks of length 2: 3+3+4, ..., of vertex 3: 2+4 */
    ck_assert_str_eq(q.median, "10");
    ck_assert_double_eq_tol(q.mean, (10 + 10 + 12 + 6 + 0) / 5.0, 1e-15);
    wr_quality_release(&q);
}
END_TEST

/* Past 64 bits the median is exact; past a double's range the mean is infinite. */
START_TEST(large_counts)
{
    struct wr_quality q;
    measure(&q, WR_TASK_GRAPH, 200);
    ck_assert_uint_gt(strlen(q.median), 80);
    ck_assert(isfinite(q.mean));
    wr_quality_release(&q);
    measure(&q, WR_TASK_GRAPH, 1000);
    ck_assert(isinf(q.mean));
    wr_quality_release(&q);
}
END_TEST

START_TEST(empty_graph)
{
    struct wr_quality q;
    struct wr_graph g;
    struct wr_error err = {0};
    ck_ok(wr_graph_from_edges(&g, 0, NULL, 0, false, &err), err);
    ck_ok(wr_quality_init(&q, &g, WR_TASK_VERTEX, 3, NULL, &err), err);
    ck_assert_str_eq(q.min, "0");
    ck_assert_double_eq(q.mean, 0);
    wr_quality_release(&q);
    wr_graph_release(&g);
}
END_TEST

unit_main("quality", counts_and_closed_walks, graph_prediction, large_counts, empty_graph)
