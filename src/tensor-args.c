/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "tensor-args.h"

#include <stdlib.h>
#include <string.h>

#include "cli-args.h"

#include "io/number.h"
#include "io/tnsline.h"

void tensor_dims(struct argp_state *state, const char *option, const char *arg,
                 struct tensor_dims *dims)
{
    char problem[WR_TNS_PROBLEM];
    struct wr_span text = {arg, strlen(arg)};
    if (!wr_tnsline_dims(text, &dims->order, dims->dim, problem))
        cli_refuse(state, "--%s: %s", option, problem);
}

int tensor_list(struct argp_state *state, const char *option, const char *arg, int64_t min,
                int64_t max, int room, int64_t *list)
{
    int count = 0;
    for (const char *word = arg;; word++) {
        size_t length = strcspn(word, ",");
        uint64_t value;
        if (!wr_parse_u64(word, length, &value) || value < (uint64_t)min || value > (uint64_t)max)
            cli_refuse(state, "--%s: '%.*s' is not an integer from %lld to %lld", option,
                       (int)length, word, (long long)min, (long long)max);
        if (count == room)
            cli_refuse(state, "--%s: more than %d numbers", option, room);
        list[count++] = (int64_t)value;
        word += length;
        if (!*word)
            return count;
    }
}

const char *const tensor_tree_names[] = {
    [WR_TREE_ADJACENT] = "adjacent", [WR_TREE_HALF] = "half", [WR_TREE_SQUARE] = "square", NULL};

enum wr_tree_pattern tensor_tree(struct argp_state *state, const char *option, const char *arg)
{
    return (enum wr_tree_pattern)cli_choice(state, option, arg, tensor_tree_names);
}

int tensor_arity(int given, enum wr_tree_pattern pattern)
{
    return given ? given : pattern == WR_TREE_SQUARE ? 4 : 2;
}

char *tensor_dims_text(int order, const int64_t *dim)
{
    char *text = malloc((size_t)order * (WR_U64_DIGITS + 1)), *p = text;
    for (int n = 0; text && n < order; n++) {
        p = wr_format_u64(p, (uint64_t)dim[n]);
        *p++ = n + 1 < order ? 'x' : '\0';
    }
    return text;
}
