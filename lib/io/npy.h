/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_IO_NPY_H
#define WR_IO_NPY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "io/input.h"
#include "io/sink.h"

/*
 * NumPy's .npy arrays: integers of 1, 2, 4 or 8 bytes, signed or not, floats of 4 or 8 bytes and
 * booleans, in either byte order, in C or Fortran order, of any shape; header versions 1 to 3.
 *
 * Source: NumPy Enhancement Proposal 1, "A Simple File Format for NumPy Arrays".
 */

enum { WR_NPY_RANK = 32 };

struct wr_npy {
    char kind;                  /* as NumPy calls it: 'i', 'u', 'f' or 'b' */
    int size;                   /* bytes of an element */
    bool swapped;               /* in the byte order that is not this machine's */
    bool fortran;               /* first index fastest; otherwise last index fastest */
    int version;                /* of the header: 1, 2 or 3 */
    int rank;                   /* number of dimensions; 0: a single element */
    int64_t shape[WR_NPY_RANK]; /* rank dimensions */
    int64_t count;              /* elements: the product of the dimensions */
    const char *data;           /* count * size bytes, not aligned; the text's */
    struct wr_input *input;     /* that wr_npy_open has opened, or NULL */
};

/* Whether these first bytes of a file are those of an .npy file. */
bool wr_npy_recognise(struct wr_span head);

/*
 * wr_npy_parse - the array in a text.
 *
 * a       out  points into text, which must outlive it
 * name    in   of the file, for messages
 * Errors  WR_EDATA: not an .npy file, a malformed header, another type of elements, more or
 *         fewer bytes of data than the shape says
 */
enum wr_status wr_npy_parse(struct wr_npy *a, struct wr_span text, const char *name,
                            struct wr_error *err);

/* The array in a file (NULL or "-": standard input), plain or compressed; release with
 * wr_npy_close. tmp_dir: as in wr_input_options. Errors as wr_input_open and wr_npy_parse. */
enum wr_status wr_npy_open(struct wr_npy *a, const char *path, const char *tmp_dir,
                           struct wr_error *err);
void wr_npy_close(struct wr_npy *a);

/* For messages: the shape as NumPy writes it, cut short where it has many dimensions (returns
 * out), and what the elements are, in the plural. */
enum { WR_NPY_SHAPE = 80 };
const char *wr_npy_shape(const struct wr_npy *a, char out[WR_NPY_SHAPE]);
const char *wr_npy_elements(const struct wr_npy *a);

/* Elements begin .. begin + count - 1 in the order of the file, of an array of integers or
 * booleans; those above INT64_MAX become INT64_MAX. */
void wr_npy_get_i64(const struct wr_npy *a, int64_t begin, int64_t count, int64_t *out);

/* All elements, to the nearest double or float, last index fastest, whatever the order of the
 * file; count of them. */
void wr_npy_read_double(const struct wr_npy *a, double *out);
void wr_npy_read_float(const struct wr_npy *a, float *out);

/* Write the header of an array of a's type, order, version and shape, as NumPy writes it, byte
 * for byte. The elements follow. */
void wr_npy_write_header(const struct wr_npy *a, struct wr_sink *sink);

/* Write an array of this machine's byte order, last index fastest. kind, size: as in struct
 * wr_npy; data: elements of that type. */
void wr_npy_write(char kind, int size, int rank, const int64_t *shape, const void *data,
                  struct wr_sink *sink);

#endif
