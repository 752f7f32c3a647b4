/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "io/words.h"

#include <stdio.h>
#include <string.h>

#include "data/graph.h"
#include "io/number.h"

struct wr_span wr_word_next(const char **at, const char *end)
{
    const char *p = *at;
    while (p < end && wr_is_separator(*p))
        p++;
    const char *begin = p;
    while (p < end && !wr_is_separator(*p))
        p++;
    *at = p;
    return (struct wr_span){begin, (size_t)(p - begin)};
}

void wr_word_show(struct wr_span word, char out[WR_WORD_SHOWN])
{
    size_t n = word.size < 32 ? word.size : 32;
    for (size_t i = 0; i < n; i++) {
        char c = word.data[i];
        out[i] = c >= ' ' && c <= '~' ? c : '?';
    }
    strcpy(out + n, n < word.size ? "..." : "");
}

bool wr_word_is_digits(struct wr_span word)
{
    size_t i = 0;
    while (i < word.size && word.data[i] >= '0' && word.data[i] <= '9')
        i++;
    return i > 0 && i == word.size;
}

bool wr_word_vertex(struct wr_span word, uint32_t *id, char problem[WR_WORD_PROBLEM])
{
    uint64_t value;
    char shown[WR_WORD_SHOWN];
    if (wr_parse_u64(word.data, word.size, &value) && value <= WR_MAX_VERTEX) {
        *id = (uint32_t)value;
        return true;
    }
    wr_word_show(word, shown);
    if (wr_word_is_digits(word))
        snprintf(problem, WR_WORD_PROBLEM, "vertex id %s is too large, expected at most %u", shown,
                 WR_MAX_VERTEX);
    else
        snprintf(problem, WR_WORD_PROBLEM, "'%s' is not a vertex id, expected an integer from 0",
                 shown);
    return false;
}
