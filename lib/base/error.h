/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_BASE_ERROR_H
#define WR_BASE_ERROR_H

#include <stdint.h>

/*
 * Errors are values: a function that can fail returns a status and, when the caller passes a
 * struct wr_error, explains itself there. The first error wins: a function that fails because
 * another one failed adds nothing. lib/ never prints and never exits.
 */

enum wr_status {
    WR_OK = 0,
    WR_EINVAL,    /* the caller asked for something impossible */
    WR_EDATA,     /* the input is malformed or contradicts itself */
    WR_EIO,       /* the operating system refused */
    WR_ENOMEM,    /* no memory, or a size that overflows */
    WR_ENUMERIC,  /* a computation left the finite numbers or did not converge */
    WR_EINTERRUPT /* the caller's progress callback asked to stop */
};

struct wr_error {
    enum wr_status status;
    char input[512];   /* name of the file at fault, "" when there is none */
    int64_t line;      /* line in it from 1, 0 when it is not known */
    char message[512]; /* what is wrong and what was expected, no final period */
};

/* Set err, unless it is NULL or already holds an error. Returns status, so that
 * `return wr_error_set(...)` reads well. */
enum wr_status wr_error_set(struct wr_error *err, enum wr_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same for an error at a place of an input; line 0 means the whole input. */
enum wr_status wr_error_at(struct wr_error *err, enum wr_status status, const char *input,
                           int64_t line, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/* The same for a failed system call on an input: the message ends with strerror(errno). */
enum wr_status wr_error_errno(struct wr_error *err, const char *input, const char *what);

/* Name the input of bad data, or of what there is no memory for, that was found where its name is not
 * known. */
void wr_error_in(struct wr_error *err, const char *input);

#endif
