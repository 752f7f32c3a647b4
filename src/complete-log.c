/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "complete-log.h"

#include <stdlib.h>

#include "base/alloc.h"

void complete_log_header(const struct wr_factorization *m, const struct complete_data *d, int top,
                         struct wr_sink *log)
{
    char name[32];
    wr_sink_string(log, "iteration\tloss");
    if (d->val.order > 0)
        wr_sink_string(log, "\tval_loss");
    if (d->test.order > 0)
        wr_sink_string(log, "\ttest_mse");
    if (d->truth.order > 0)
        wr_sink_string(log, "\treconstruction\tzero_fill");
    for (int i = 0; i < m->class->measures(m, top); i++) {
        m->class->measure_name(m, top, i, name);
        wr_sink_printf(log, "\t%s", name);
    }
    wr_sink_string(log, "\tseconds\n");
}

static void put(struct wr_sink *log, double value)
{
    wr_sink_write(log, "\t", 1);
    wr_sink_double(log, value);
}

/* The model's measures; the caller frees *value, also after an error. */
static enum wr_status measure(const struct wr_factorization *m, int top, double **value,
                              struct wr_error *err)
{
    *value = wr_alloc(m->class->measures(m, top), sizeof **value, err);
    return *value ? m->class->measure(m, top, *value, err) : WR_ENOMEM;
}

enum wr_status complete_log_row(const struct wr_factorization *m, const struct complete_data *d,
                                int top, const struct wr_descent_point *point,
                                const struct complete_errors *errors, double zero_fill,
                                double seconds, struct wr_sink *log, struct wr_error *err)
{
    double *value;
    enum wr_status status = measure(m, top, &value, err);
    if (status)
        goto out;
    wr_sink_u64(log, (uint64_t)point->iteration);
    put(log, point->loss);
    if (d->val.order > 0)
        put(log, point->validation);
    if (d->test.order > 0)
        put(log, errors->test);
    if (d->truth.order > 0) {
        put(log, errors->reconstruction);
        put(log, zero_fill);
    }
    for (int i = 0; i < m->class->measures(m, top); i++)
        put(log, value[i]);
    wr_sink_printf(log, "\t%.6f\n", seconds);
out:
    free(value);
    return status;
}

enum wr_status complete_report_measures(const struct wr_factorization *m, int top, struct json *j,
                                        struct wr_error *err)
{
    char name[32];
    double *value;
    enum wr_status status = measure(m, top, &value, err);
    for (int i = 0; !status && i < m->class->measures(m, top); i++) {
        m->class->measure_name(m, top, i, name);
        json_double(j, name, value[i]);
    }
    free(value);
    return status;
}
