/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "factor/cp.h"

#include "factor/cp_internal.h"

enum wr_status wr_cp_new(const struct wr_observations *o, const struct wr_cp_options *options,
                         const struct wr_loss *loss, struct wr_factorization **out,
                         struct wr_error *err)
{
    return options->precision == WR_PRECISION_DOUBLE ? wr_cp_new_f64(o, options, loss, out, err)
                                                     : wr_cp_new_f32(o, options, loss, out, err);
}

enum wr_status wr_cp_sensing_new(const struct wr_measurements *data,
                                 const struct wr_cp_options *options, const struct wr_loss *loss,
                                 struct wr_factorization **out, struct wr_error *err)
{
    return options->precision == WR_PRECISION_DOUBLE
               ? wr_cp_sensing_new_f64(data, options, loss, out, err)
               : wr_cp_sensing_new_f32(data, options, loss, out, err);
}
