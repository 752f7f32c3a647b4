/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_SPARSIFY_WIS_KEY_H
#define WR_SPARSIFY_WIS_KEY_H

#include <stdbool.h>
#include <stdint.h>

#include "sparsify/changes.h"

/*
 * The changes of a removal (changes.h) as a string of 64-bit words: of two removals the better
 * one has the string that is larger, word by word.
 *
 * The string is the x with S(x) != 0 in ascending order. Where two such lists first differ, the
 * best is S(x) < 0, better for a smaller x and a larger |S(x)|; then the end of the list; then
 * S(x) > 0, better for a larger x and a smaller S(x). With P(x, s) = (x, limit - s), read as one
 * number, that is the order of
 *
 *     S(x) = -s      NOT P(x, s)           largest for small x, then for large s
 *     end            P(largest x, 0)
 *     S(x) = +s      P(x, s)               largest for large x, then for small s
 *
 * because the top bit of P is 0. A string may also say "anything from X on", as the largest change
 * that may follow, NOT P(X, limit): it is then an upper bound of all strings it stands for.
 * Every string ends with one of these two marks, so that no string is the beginning of another.
 *
 * P takes one word when the values and multiplicities fit 63 bits together, else three.
 */
struct wr_key_format {
    int width;      /* words per entry: 1 or 3 */
    int count_bits; /* of the low word that hold limit - s, when width is 1 */
};

enum { WR_KEY_WIDEST = 3 };

/* The format for values up to `largest` with multiplicities up to `most`. */
struct wr_key_format wr_key_format(wr_walkcount largest, int64_t most);

/* Write one entry of f.width words. */
void wr_key_put_change(const struct wr_key_format *f, uint64_t *word, struct wr_change change);
void wr_key_put_end(const struct wr_key_format *f, uint64_t *word);
void wr_key_put_anything(const struct wr_key_format *f, uint64_t *word, wr_walkcount from);

/* The x of an entry; that of the end mark is larger than every x that occurs. */
wr_walkcount wr_key_value(const struct wr_key_format *f, const uint64_t *word);

/* The S(x) of an entry that is not a mark. */
int64_t wr_key_net(const struct wr_key_format *f, const uint64_t *word);

/* Whether an entry is one of the two marks, or the end. */
bool wr_key_is_mark(const struct wr_key_format *f, const uint64_t *word);
bool wr_key_is_end(const struct wr_key_format *f, const uint64_t *word);

/* Replace what a key of length words says of `value` and more by "anything from value on". The new
 * length, which is not larger; 0 when the key says no more than that already. */
uint32_t wr_key_doubt(const struct wr_key_format *f, uint64_t *word, uint32_t length,
                      wr_walkcount value);

/*
 * A key that is written as far as somebody wants to know it, from the changes it stands for. Owned
 * by the caller; release with wr_key_draft_release.
 */
struct wr_key_draft {
    struct wr_key_format format;
    struct wr_changes changes;
    uint64_t *word;
    int64_t length; /* words written */
    int64_t room;
};

/* Room for so many pairs. Errors: WR_ENOMEM. */
enum wr_status wr_key_draft_init(struct wr_key_draft *d, struct wr_key_format format, int64_t pairs,
                                 struct wr_error *err);
void wr_key_draft_release(struct wr_key_draft *d);

/* Begin with the changes as they have been filled. */
void wr_key_draft_start(struct wr_key_draft *d);

/* Write on until there are `length` words or the end has been written. Errors: WR_ENOMEM. */
enum wr_status wr_key_draft_extend(struct wr_key_draft *d, int64_t length, struct wr_error *err);

/* What has been written as an upper bound: unless it ends, "anything" takes the place of the last
 * entry. The draft is finished. */
void wr_key_draft_cut(struct wr_key_draft *d);

#endif
