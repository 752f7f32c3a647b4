/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "io/npy.h"

/* The elements in every way they are asked for. */
static void read_elements(const struct wr_npy *a)
{
    char shape[WR_NPY_SHAPE];
    double *value = wr_alloc(a->count, sizeof *value, NULL);
    float *single = wr_alloc(a->count, sizeof *single, NULL);
    int64_t *integer = wr_alloc(a->count, sizeof *integer, NULL);
    fuzz_check(value && single && integer);
    fuzz_check(strlen(wr_npy_shape(a, shape)) < sizeof shape && wr_npy_elements(a)[0]);
    wr_npy_read_double(a, value);
    wr_npy_read_float(a, single);
    if (a->kind != 'f')
        wr_npy_get_i64(a, 0, a->count, integer);
    free(value);
    free(single);
    free(integer);
}

/* A header that is written is read as the same. */
static void write_header(const struct wr_npy *a)
{
    struct wr_sink *sink = fuzz_sink();
    struct wr_npy again;
    struct wr_error err = {0};
    wr_npy_write_header(a, sink);
    wr_sink_write(sink, a->data, (size_t)(a->count * a->size));
    fuzz_status(wr_npy_parse(&again, fuzz_written(sink), "written", &err), &err);
    fuzz_check(!err.status);
    fuzz_check(again.kind == a->kind && again.size == a->size && again.rank == a->rank);
    fuzz_check(again.fortran == a->fortran && again.swapped == a->swapped);
    fuzz_same_bytes(again.shape, a->shape, (size_t)a->rank * sizeof *a->shape);
    wr_sink_discard(sink);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct wr_npy a;
    struct wr_error err = {0};
    fuzz_file(data, size, fuzz_ways[0]);
    enum wr_status status = wr_npy_open(&a, "array.npy", NULL, &err);
    fuzz_status(status, &err);
    if (status)
        return 0;
    read_elements(&a);
    write_header(&a);
    wr_npy_close(&a);
    return 0;
}
