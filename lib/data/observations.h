/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_DATA_OBSERVATIONS_H
#define WR_DATA_OBSERVATIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "data/dims.h"

/*
 * Some entries of a tensor: their coordinates and values. An entry that is not listed is
 * unobserved, never zero. Owned by the caller; release with wr_observations_release.
 */
struct wr_observations {
    int order;
    int64_t *dim; /* order dimensions */
    int64_t count;
    uint32_t *index; /* count x order: observation i is at index[i * order] ..., from 0 */
    double *value;   /* count; NULL: coordinates alone */
};

/*
 * wr_observations_init - room for count observations, not filled.
 *
 * dim     in   copied
 * values  in   whether there are values
 * Errors  WR_EINVAL as wr_dims_check; WR_ENOMEM. o is untouched then
 */
enum wr_status wr_observations_init(struct wr_observations *o, int order, const int64_t *dim,
                                    int64_t count, bool values, struct wr_error *err);
void wr_observations_release(struct wr_observations *o);

static inline const uint32_t *wr_observations_at(const struct wr_observations *o, int64_t i)
{
    return o->index + i * o->order;
}

/*
 * wr_observations_sorted - the observations in the order of their coordinates, first index first;
 * those at one place in the order they have.
 *
 * position  out  count positions, the caller allocates
 * Errors    WR_ENOMEM: position is undefined then
 * Cost      O(count order) time, 24 bytes per observation while it works
 */
enum wr_status wr_observations_sorted(const struct wr_observations *o, int64_t *position,
                                      struct wr_error *err);

/*
 * wr_observations_repeated - the first observation whose coordinates stand before it already.
 *
 * first, second  out  where both are, first < second; -1 when all coordinates differ
 * Errors         WR_ENOMEM
 * Cost           O(count order) time, 32 bytes per observation
 */
enum wr_status wr_observations_repeated(const struct wr_observations *o, int64_t *first,
                                        int64_t *second, struct wr_error *err);

/*
 * wr_observations_keep_first - of observations at one place keep the first; the others move up.
 *
 * removed  out  how many are gone
 * Errors   WR_ENOMEM: o is untouched then
 * Cost     as wr_observations_repeated
 */
enum wr_status wr_observations_keep_first(struct wr_observations *o, int64_t *removed,
                                          struct wr_error *err);

#endif
