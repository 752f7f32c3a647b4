/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_IO_TENSORFILE_H
#define WR_IO_TENSORFILE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "data/observations.h"
#include "data/tensor.h"
#include "io/sink.h"

/*
 * Tensors in files: .tns text (io/tns.h) or .npy arrays of any shape and type, told apart by their
 * first bytes, plain, gzip or zstd.
 */

struct wr_tensor_file_options {
    int index_base;      /* of a text: 0 or 1 */
    int order;           /* of dim */
    const int64_t *dim;  /* the dimensions; NULL: the file's */
    bool coordinates;    /* as in struct wr_tns_options; an array is then an error */
    const char *tmp_dir; /* as in wr_input_options */
};

/*
 * wr_observations_read - the observed entries in a file (NULL or "-": standard input).
 *
 * o       out  of an array every entry; untouched on failure
 * Errors  as wr_tns_read and wr_npy_parse; WR_EDATA an array that has no entries, another shape
 *         than options->dim, or an entry that is not finite
 */
enum wr_status wr_observations_read(const char *path, const struct wr_tensor_file_options *options,
                                    struct wr_observations *o, struct wr_error *err);

/*
 * wr_tensor_read - all entries of the tensor in a file.
 *
 * t       out  untouched on failure
 * Errors  as wr_observations_read; WR_EDATA a text that lacks entries: the message says how many;
 *         WR_ENOMEM, also when the product of the dimensions passes 2^63 - 1
 */
enum wr_status wr_tensor_read(const char *path, const struct wr_tensor_file_options *options,
                              struct wr_tensor *t, struct wr_error *err);

enum wr_tensor_format { WR_TENSOR_TNS, WR_TENSOR_NPY };

/* NPY when the name ends in .npy, also before .gz or .zst; NULL: TNS. */
enum wr_tensor_format wr_tensor_format_of(const char *path);

/*
 * A whole tensor on its way to a file, the last index fastest, in slabs: it need not be in memory
 * at any time. As text it begins with `# dims: ...'.
 */
struct wr_tensor_writer {
    enum wr_tensor_format format;
    int index_base; /* of a text: 0 or 1 */
    int order;
    const int64_t *dim;
    struct wr_sink *sink;
    int64_t next; /* number of the next entry */
};

/* Write what stands before the entries; dim and sink must live as long as w.
 * Errors: WR_EINVAL as wr_dims_check, and an order that .npy does not have. */
enum wr_status wr_tensor_writer_begin(struct wr_tensor_writer *w, enum wr_tensor_format format,
                                      int index_base, int order, const int64_t *dim,
                                      struct wr_sink *sink, struct wr_error *err);

/* Write the next count entries; text is formatted by all threads. Errors: WR_ENOMEM; those of the
 * sink stay in it. */
enum wr_status wr_tensor_writer_put(struct wr_tensor_writer *w, const double *value, int64_t count,
                                    struct wr_error *err);

/* Write observations as text in their order, behind `# dims: ...'. Errors as wr_tensor_writer_put.
 */
enum wr_status wr_observations_write(const struct wr_observations *o, int index_base,
                                     struct wr_sink *sink, struct wr_error *err);

#endif
