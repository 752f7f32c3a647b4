/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_DATA_PARTITION_H
#define WR_DATA_PARTITION_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"

/* What the network predicts, and so where the walks that are counted may end. */
enum wr_task {
    WR_TASK_VERTEX, /* one vertex, the target: walks that end there */
    WR_TASK_GRAPH   /* the graph: walks that end anywhere */
};

/* The target of a partition that names none. */
#define WR_NO_TARGET UINT32_MAX

/*
 * Many partitions (I, V \ I) of the vertices, each given by its subset I: subset p is
 * vertex[start[p]] .. vertex[start[p+1]-1], ascending and distinct, perhaps empty. Owned by the
 * caller; a zeroed struct is the empty list; release with wr_partitions_release.
 */
struct wr_partitions {
    int64_t count;
    int64_t *start;      /* count + 1; NULL while count is 0 */
    uint32_t *vertex;    /* start[count] */
    uint32_t *target;    /* count vertices whose prediction is meant, WR_NO_TARGET where none is */
    int64_t *line;       /* count line numbers in the file from 1, for messages and for output */
    int64_t room;        /* partitions there is memory for */
    int64_t vertex_room; /* vertices there is memory for */
};

/*
 * wr_partitions_add - append one partition.
 *
 * target  in   vertex, or WR_NO_TARGET
 * line    in   where it was read, 0 when it was not
 * vertex  in   size vertices in any order, copies allowed
 * Errors  WR_ENOMEM; the list is as it was
 * Cost    O(size log size), growth amortised
 */
enum wr_status wr_partitions_add(struct wr_partitions *p, uint32_t target, int64_t line,
                                 const uint32_t *vertex, int64_t size, struct wr_error *err);

/*
 * wr_partitions_check - whether the partitions fit a graph of n vertices.
 *
 * targets  in   whether every partition needs a target
 * input    in   name of the file, for the message
 * Errors   WR_EDATA at the line of the first partition that has an id >= n or lacks a target
 */
enum wr_status wr_partitions_check(const struct wr_partitions *p, uint32_t n, bool targets,
                                   const char *input, struct wr_error *err);

void wr_partitions_release(struct wr_partitions *p);

#endif
