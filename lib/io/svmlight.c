/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "io/svmlight.h"

#include "io/number.h"

static char *format_entry(char *p, int64_t index, float value)
{
    *p++ = ' ';
    p = wr_format_u64(p, (uint64_t)index);
    *p++ = ':';
    return p + wr_format_float(p, value);
}

void wr_svmlight_write_row(int64_t label, const float *row, int64_t dim, struct wr_sink *sink)
{
    char text[WR_U64_DIGITS + WR_DOUBLE_DIGITS + 2];
    if (label < 0)
        wr_sink_write(sink, "-", 1);
    wr_sink_u64(sink, label < 0 ? -(uint64_t)label : (uint64_t)label);
    for (int64_t j = 0; j < dim; j++)
        if (row[j] != 0)
            wr_sink_write(sink, text, (size_t)(format_entry(text, j + 1, row[j]) - text));
    wr_sink_write(sink, "\n", 1);
}
