/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "io/tnsline.h"

#include <stdio.h>
#include <string.h>

#include "io/number.h"
#include "io/scan.h"
#include "io/words.h"

bool wr_tnsline_is_other(struct wr_span line)
{
    const char *end = line.data + line.size, *at = wr_scan_blanks(line.data, end);
    return at == end || *at == '#' || *at == '%' || *at == '\n';
}

static struct wr_span without_newline(struct wr_span line)
{
    if (line.size > 0 && line.data[line.size - 1] == '\n')
        line.size--;
    return line;
}

int64_t wr_tnsline_words(struct wr_span line)
{
    line = without_newline(line);
    const char *at = line.data, *end = line.data + line.size;
    int64_t words = 0;
    while (wr_scan_word(&at, end).size > 0)
        words++;
    return words;
}

/* The indices at *at, which moves behind them; false when they are not `order` good ones. */
static inline bool scan_indices(const char **at, const char *end, const struct wr_tnsform *form,
                                uint32_t *index)
{
    const char *p = *at;
    for (int n = 0; n < form->order; n++) {
        uint64_t id;
        const char *gap = p;
        p = wr_scan_blanks(p, end);
        if ((n > 0 && p == gap) || !wr_scan_u32(&p, end, &id))
            return false;
        id -= (uint64_t)form->base; /* 0 - 1 is beyond every limit */
        if (id >= (uint64_t)form->limit[n])
            return false;
        index[n] = (uint32_t)id;
    }
    *at = p;
    return true;
}

enum wr_tnsline wr_tnsline_parse(struct wr_span line, const struct wr_tnsform *form,
                                 uint32_t *index, double *value)
{
    line = without_newline(line);
    const char *at = line.data, *end = line.data + line.size;
    if (scan_indices(&at, end, form, index)) {
        const char *gap = at;
        struct wr_span word = wr_scan_word(&at, end);
        if (!form->has_value)
            return word.size == 0 && at == end ? WR_TNS_ENTRY : WR_TNS_BAD;
        if (word.data > gap && wr_parse_double(word.data, word.size, value) &&
            wr_scan_blanks(at, end) == end)
            return WR_TNS_ENTRY;
        return WR_TNS_BAD;
    }
    return wr_tnsline_is_other(line) ? WR_TNS_OTHER : WR_TNS_BAD;
}

/* --- explanations -------------------------------------------------------------------------- */

/* False when the word is a good index of mode n. */
static bool explain_index(struct wr_span word, int n, const struct wr_tnsform *form, char *problem)
{
    char shown[WR_WORD_SHOWN];
    uint64_t id = 0;
    wr_word_show(word, shown);
    bool fits = wr_parse_u64(word.data, word.size, &id);
    if (!wr_word_is_digits(word))
        snprintf(problem, WR_TNS_PROBLEM, "'%s' is not an index, expected an integer from %d",
                 shown, form->base);
    else if (fits && id < (uint64_t)form->base)
        snprintf(problem, WR_TNS_PROBLEM,
                 "index %d is 0, expected an integer from 1; --index-base=0 counts from 0", n + 1);
    else if (fits && id - (uint64_t)form->base < (uint64_t)form->limit[n])
        return false;
    else if (form->dims_known)
        snprintf(problem, WR_TNS_PROBLEM,
                 "index %d is %s, expected at most %lld: the dimension is %lld", n + 1, shown,
                 (long long)(form->limit[n] - 1 + form->base), (long long)form->limit[n]);
    else
        snprintf(problem, WR_TNS_PROBLEM, "index %d is %s, too large, expected at most %lld", n + 1,
                 shown, (long long)(form->limit[n] - 1 + form->base));
    return true;
}

void wr_tnsline_explain(struct wr_span line, const struct wr_tnsform *form,
                        char problem[WR_TNS_PROBLEM])
{
    line = without_newline(line);
    const char *at = line.data, *end = line.data + line.size;
    int64_t words = wr_tnsline_words(line), wanted = form->order + form->has_value;
    char shown[WR_WORD_SHOWN];
    if (words != wanted) {
        snprintf(problem, WR_TNS_PROBLEM, "%lld word%s, expected %d: %d %s%s", (long long)words,
                 words == 1 ? "" : "s", (int)wanted, form->order,
                 form->order == 1 ? "index" : "indices", form->has_value ? " and a value" : "");
        return;
    }
    for (int n = 0; n < form->order; n++)
        if (explain_index(wr_scan_word(&at, end), n, form, problem))
            return;
    wr_word_show(wr_scan_word(&at, end), shown);
    snprintf(problem, WR_TNS_PROBLEM, "'%s' is not a value, expected a finite number", shown);
}

/* --- dimensions ---------------------------------------------------------------------------- */

static bool add_dim(struct wr_span word, int *order, int64_t *dim, char *problem)
{
    char shown[WR_WORD_SHOWN];
    uint64_t value;
    wr_word_show(word, shown);
    if (*order == WR_ORDER_MAX) {
        snprintf(problem, WR_TNS_PROBLEM, "more than %d dimensions", WR_ORDER_MAX);
        return false;
    }
    if (!wr_parse_u64(word.data, word.size, &value) || value < 1 || value > WR_DIM_MAX) {
        snprintf(problem, WR_TNS_PROBLEM,
                 "'%s' is not a dimension, expected an integer from 1 to %u", shown, WR_DIM_MAX);
        return false;
    }
    dim[(*order)++] = (int64_t)value;
    return true;
}

/* The dimensions of a word such as 8 or 8x8x8. */
static bool add_dims(struct wr_span word, int *order, int64_t *dim, char *problem)
{
    const char *at = word.data, *end = word.data + word.size;
    for (;; at++) {
        const char *x = memchr(at, 'x', (size_t)(end - at)), *stop = x ? x : end;
        if (!add_dim((struct wr_span){at, (size_t)(stop - at)}, order, dim, problem))
            return false;
        if (stop == end)
            return true;
        at = stop;
    }
}

bool wr_tnsline_dims(struct wr_span text, int *order, int64_t *dim, char problem[WR_TNS_PROBLEM])
{
    text = without_newline(text);
    const char *at = text.data, *end = text.data + text.size;
    struct wr_span word;
    *order = 0;
    while ((word = wr_scan_word(&at, end)).size > 0)
        if (!add_dims(word, order, dim, problem))
            return false;
    if (*order == 0)
        snprintf(problem, WR_TNS_PROBLEM, "no dimensions, expected such as 8 8 8");
    return *order > 0;
}

struct wr_span wr_tnsline_dims_comment(struct wr_span line)
{
    static const char key[] = "dims:";
    const size_t size = sizeof key - 1;
    line = without_newline(line);
    const char *end = line.data + line.size, *at = wr_scan_blanks(line.data, end);
    if (at < end && (*at == '#' || *at == '%')) {
        at = wr_scan_blanks(at + 1, end);
        if ((size_t)(end - at) >= size && memcmp(at, key, size) == 0)
            return (struct wr_span){at + size, (size_t)(end - at) - size};
    }
    return (struct wr_span){NULL, 0};
}
