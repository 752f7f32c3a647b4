/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "complete-score.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"

static enum wr_status compare_zero_fill(struct complete_score *s, struct wr_error *err)
{
    struct wr_tensor filled = {0};
    enum wr_status status = wr_tensor_zero_fill(&filled, &s->d->observed, err);
    if (!status)
        status = wr_tensor_error(&filled, &s->d->truth, &s->zero_fill, err);
    wr_tensor_release(&filled);
    return status;
}

enum wr_status complete_score_init(struct complete_score *s, const struct complete_kind *kind,
                                   const struct wr_factorization *m, const struct complete_data *d,
                                   struct wr_error *err)
{
    *s = (struct complete_score){.d = d, .m = m, .zero_fill = NAN};
    s->test = wr_alloc(d->test.count, sizeof *s->test, err);
    if (!s->test)
        return WR_ENOMEM;
    if (d->truth.order == 0)
        return WR_OK;
    enum wr_status status = compare_zero_fill(s, err);
    if (!status)
        status = complete_slabs_init(&s->slabs, kind, m, d->order, d->dim, err);
    return status ? status : wr_tensor_init(&s->whole, d->order, d->dim, err);
}

void complete_score_release(struct complete_score *s)
{
    complete_slabs_release(&s->slabs);
    wr_tensor_release(&s->whole);
    free(s->test);
}

static enum wr_status reconstruct(struct complete_score *s, double *error, struct wr_error *err)
{
    struct complete_slabs *slabs = &s->slabs;
    enum wr_status status;
    while (!(status = complete_slabs_next(slabs, err)) && slabs->count > 0)
        memcpy(s->whole.value + slabs->begin, slabs->value,
               (size_t)slabs->count * sizeof *slabs->value);
    return status ? status : wr_tensor_error(&s->whole, &s->d->truth, error, err);
}

enum wr_status complete_score(struct complete_score *s, struct complete_errors *errors,
                              struct wr_error *err)
{
    static const struct wr_loss square = {WR_LOSS_L2, 1};
    const struct wr_observations *test = &s->d->test;
    *errors = (struct complete_errors){NAN, NAN};
    if (test->order > 0) {
        enum wr_status status = s->m->class->predict(s->m, test, s->test, err);
        if (status)
            return status;
        errors->test = wr_loss_mean(&square, s->test, test->value, test->count);
    }
    return s->d->truth.order > 0 ? reconstruct(s, &errors->reconstruction, err) : WR_OK;
}
