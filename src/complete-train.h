/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef COMPLETE_TRAIN_H
#define COMPLETE_TRAIN_H

#include "complete-data.h"
#include "complete-kind.h"
#include "complete-score.h"

#include "factor/descent.h"

/*
 * A model on its way from the start to the end of its descent. Release with
 * complete_training_release, also after an error.
 */
struct complete_training {
    struct complete_options *o;
    const struct complete_kind *kind;
    const struct complete_data *d;
    struct wr_factorization *m;
    struct complete_score score;
    struct wr_sink *log; /* NULL: none */

    struct wr_descent descent;
    enum wr_descent_end end;
    struct wr_descent_point last;    /* of the descent */
    struct wr_descent_point written; /* of the model afterwards: with --patience the best one */
    struct wr_progress bar;
    int64_t kept;          /* the iteration of the last checkpoint; -1: none */
    enum wr_status status; /* of logging: its error ends the descent */
    struct wr_error why;
};

/* Make the model. Errors: as kind->make; WR_ENOMEM. */
enum wr_status complete_training_init(struct complete_training *t, struct complete_options *o,
                                      const struct complete_kind *kind,
                                      const struct complete_data *d, struct wr_error *err);
void complete_training_release(struct complete_training *t);

/* Start where the options say: factors, a checkpoint, random parameters. Errors: those of each. */
enum wr_status complete_training_start(struct complete_training *t, struct wr_error *err);

/* Draw random parameters and forget the descent so far. */
enum wr_status complete_training_draw(struct complete_training *t, double std,
                                      struct wr_error *err);

/* Descend until something ends it: t->end says what. With --patience the model is then that of the
 * best validation loss. An interrupt is no error. Errors: as
 * wr_descent_run, of the log and of the checkpoint. */
enum wr_status complete_training_run(struct complete_training *t, struct wr_error *err);

#endif
