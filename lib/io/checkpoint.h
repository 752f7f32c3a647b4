/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_IO_CHECKPOINT_H
#define WR_IO_CHECKPOINT_H

#include <stddef.h>
#include <stdint.h>

#include "base/error.h"
#include "io/input.h"
#include "io/sink.h"

/*
 * What a training tool keeps between runs: settings as text, and arrays of numbers.
 *
 *     walkrank-checkpoint 1 CONTENT
 *     KEY VALUE                        any number of these lines,
 *     array NAME f32|f64|i64 COUNT     and of these
 *     data
 *
 * then the numbers of the arrays in the order of their lines, little-endian, without padding, and
 * 4 bytes, little-endian: the CRC-32 (zlib's) of all bytes before them. CONTENT, KEY and NAME are
 * words; a VALUE is the rest of its line.
 */
struct wr_checkpoint {
    char *header; /* the lines between the first and `data' */
    size_t header_size;
    int lines;
    int arrays;
    struct wr_checkpoint_array *array;
    struct wr_input *input; /* of one that was read: holds the numbers */
};

enum { WR_CHECKPOINT_LINES = 16384, WR_CHECKPOINT_NAME = 64 };

enum wr_number { WR_NUMBER_F32, WR_NUMBER_F64, WR_NUMBER_I64, WR_NUMBERS };

struct wr_checkpoint_array {
    char name[WR_CHECKPOINT_NAME];
    enum wr_number type;
    int64_t count;
    const void *data; /* to be written: the caller's; read: not aligned, little-endian */
};

/* To write: zero the struct, put settings and arrays, write; release in the end, also after an
 * error. Keys and names are words, each put once; a value has no line end and is not empty.
 * Errors: WR_ENOMEM. */
enum wr_status wr_checkpoint_put(struct wr_checkpoint *c, const char *key, const char *value,
                                 struct wr_error *err);
enum wr_status wr_checkpoint_put_int(struct wr_checkpoint *c, const char *key, int64_t value,
                                     struct wr_error *err);
enum wr_status wr_checkpoint_put_double(struct wr_checkpoint *c, const char *key, double value,
                                        struct wr_error *err);
enum wr_status wr_checkpoint_put_array(struct wr_checkpoint *c, const char *name,
                                       enum wr_number type, int64_t count, const void *data,
                                       struct wr_error *err);
void wr_checkpoint_write(const struct wr_checkpoint *c, const char *content, struct wr_sink *sink);
void wr_checkpoint_release(struct wr_checkpoint *c);

/*
 * wr_checkpoint_read - read a whole file; a promise of more numbers than it has allocates nothing.
 *
 * c        out  release with wr_checkpoint_release; untouched on failure
 * path     in   NULL or "-": standard input; tmp_dir as in wr_input_options
 * content  in   what it must hold
 * Errors   WR_EDATA with the name: no checkpoint, another version or content, damaged, cut short,
 *          malformed; WR_EIO; WR_ENOMEM
 */
enum wr_status wr_checkpoint_read(struct wr_checkpoint *c, const char *path, const char *content,
                                  const char *tmp_dir, struct wr_error *err);

/*
 * Of one that was read. Errors: WR_EDATA with the file's name when there is no such setting or
 * array, or when it is not what is asked for; *value and out are untouched then.
 */

/* The value; it lives as long as c. */
enum wr_status wr_checkpoint_text(const struct wr_checkpoint *c, const char *key,
                                  struct wr_span *value, struct wr_error *err);
/* An integer from min to max. */
enum wr_status wr_checkpoint_int(const struct wr_checkpoint *c, const char *key, int64_t min,
                                 int64_t max, int64_t *value, struct wr_error *err);
enum wr_status wr_checkpoint_double(const struct wr_checkpoint *c, const char *key, double min,
                                    double max, double *value, struct wr_error *err);
/* The position of the value in a list of words. */
enum wr_status wr_checkpoint_choice(const struct wr_checkpoint *c, const char *key,
                                    const char *const words[], int count, int *value,
                                    struct wr_error *err);
/* All numbers of an array of this type and count. */
enum wr_status wr_checkpoint_numbers(const struct wr_checkpoint *c, const char *name,
                                     enum wr_number type, int64_t count, void *out,
                                     struct wr_error *err);

#endif
