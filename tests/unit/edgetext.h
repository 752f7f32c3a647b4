/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_EDGETEXT_H
#define TESTS_EDGETEXT_H

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/rng.h"

/* Random edge lists, plain, strange and malformed, from fixed seeds. */

struct edgetext {
    char *data; /* exactly size bytes, so that the sanitizers see who reads further */
    size_t size;
};

/* How a random text is made: shares of 1000. */
struct edgetext_recipe {
    size_t size;
    int strange; /* lines that are not `digits separator digits newline` */
    int bad;     /* lines that are malformed */
    int digits;  /* of an id, at most */
};

static inline size_t add_id(struct wr_rng *rng, const struct edgetext_recipe *recipe, char *out)
{
    int digits = 1 + (int)wr_rng_below(rng, (uint64_t)recipe->digits);
    for (int i = 0; i < digits; i++)
        out[i] = (char)('0' + wr_rng_below(rng, 10));
    if (digits == 10) /* mostly below 2^32 - 1 */
        out[0] = (char)('0' + wr_rng_below(rng, 4) + (wr_rng_below(rng, 50) == 0));
    return (size_t)digits;
}

static inline size_t add_plain(struct wr_rng *rng, const struct edgetext_recipe *recipe, char *out)
{
    size_t n = add_id(rng, recipe, out);
    out[n++] = "\t ,"[wr_rng_below(rng, 3)];
    n += add_id(rng, recipe, out + n);
    out[n++] = '\n';
    return n;
}

static inline size_t add_strange(struct wr_rng *rng, const struct edgetext_recipe *recipe,
                                 char *out)
{
    static const char *const forms[] = {"\n",
                                        "\r\n",
                                        " \t\r\n",
                                        "# comment\n",
                                        "%\n",
                                        " # Nodes: 7\n",
                                        "#Nodes: 5 Edges: 9\r\n",
                                        "# Nodes:\t12,Edges:3;\n",
                                        "# Nodes: 1,000 Edges: 2,000\n",
                                        "1 2\r\n",
                                        "3,4 weight\n",
                                        "  5 \t 6\n",
                                        "7 , 8\n",
                                        "9\t10,\n",
                                        "11 12 13 14 15\n",
                                        "000000000000000016 17\n",
                                        "18  19\n",
                                        "20 21 # no comment\n",
                                        "22,\t23\t\n"};
    const char *form = forms[wr_rng_below(rng, sizeof forms / sizeof *forms)];
    if (wr_rng_below(rng, 20) == 0) {
        size_t n = add_plain(rng, recipe, out) - 1;
        out[n++] = ' ';
        size_t rest = wr_rng_below(rng, 200);
        memset(out + n, 'r', rest);
        out[n + rest] = '\n';
        return n + rest + 1;
    }
    if (recipe->digits == 10 && wr_rng_below(rng, 10) == 0)
        form = "0 4294967294 \r\n";
    strcpy(out, form);
    return strlen(form);
}

/* Lines that are errors, and what is said of them. */
static const struct {
    const char *line, *problem;
} edgetext_malformed[] = {
    {"1\n", "one vertex id, expected two"},
    {"1 \r\n", "one vertex id, expected two"},
    {"1,\n", "one vertex id, expected two"},
    {"1,,2\n", "nothing before a comma, expected a vertex id"},
    {"1 , , 2\n", "nothing before a comma, expected a vertex id"},
    {",1,2\n", "nothing before a comma, expected a vertex id"},
    {"1 x\n", "'x' is not a vertex id, expected an integer from 0"},
    {"a b\n", "'a' is not a vertex id, expected an integer from 0"},
    {"1 2x\n", "'2x' is not a vertex id, expected an integer from 0"},
    {"-1 2\n", "'-1' is not a vertex id, expected an integer from 0"},
    {"1 +2\n", "'+2' is not a vertex id, expected an integer from 0"},
    {"1.0 2\n", "'1.0' is not a vertex id, expected an integer from 0"},
    {"1 2;\n", "'2;' is not a vertex id, expected an integer from 0"},
    {"1 2#\n", "'2#' is not a vertex id, expected an integer from 0"},
    {"0x1 2\n", "'0x1' is not a vertex id, expected an integer from 0"},
    {"1 2\r3 4\n", "'2?3' is not a vertex id, expected an integer from 0"},
    {"1\v2\n", "'1?2' is not a vertex id, expected an integer from 0"},
    {"\r\r\n", "'?' is not a vertex id, expected an integer from 0"},
    {"1 \"2\"\n", "'\"2\"' is not a vertex id, expected an integer from 0"},
    {"\xef\xbb\xbf"
     "1 2\n",
     "'???1' is not a vertex id, expected an integer from 0"},
    {"1 4294967295\n", "vertex id 4294967295 is too large, expected at most 4294967294"},
    {"99999999999 2\n", "vertex id 99999999999 is too large, expected at most 4294967294"},
    {"1 18446744073709551616\n",
     "vertex id 18446744073709551616 is too large, expected at most 4294967294"},
    {"1 00000000000000000000000000000000000004294967295\n",
     "vertex id 00000000000000000000000000000000... is too large, expected at most 4294967294"},
    {"# Nodes: 4294967296\n", "4294967296 vertices are too many, at most 4294967295 are possible"},
};

enum { EDGETEXT_MALFORMED = sizeof edgetext_malformed / sizeof *edgetext_malformed };

static inline struct edgetext edgetext_random(struct wr_rng *rng,
                                              const struct edgetext_recipe *recipe)
{
    char *data = malloc(recipe->size + 512);
    size_t size = 0;
    while (size < recipe->size) {
        uint64_t kind = wr_rng_below(rng, 1000);
        if (kind < (uint64_t)recipe->bad) {
            const char *line = edgetext_malformed[wr_rng_below(rng, EDGETEXT_MALFORMED)].line;
            size += strlen(strcpy(data + size, line));
        } else if (kind < (uint64_t)(recipe->bad + recipe->strange)) {
            size += add_strange(rng, recipe, data + size);
        } else {
            size += add_plain(rng, recipe, data + size);
        }
    }
    if (size > 0 && wr_rng_below(rng, 2) == 0 && data[size - 1] == '\n')
        size--;
    struct edgetext text = {malloc(size ? size : 1), size};
    memcpy(text.data, data, size);
    free(data);
    return text;
}

#endif
