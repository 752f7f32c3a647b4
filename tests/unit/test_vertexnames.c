/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "graphtext.h"

#include "io/namedlist.h"
#include "io/vertexnames.h"

static struct wr_span span(const char *text)
{
    return (struct wr_span){text, strlen(text)};
}

/* Against a linear search. */
START_TEST(numbers_in_order_of_appearance)
{
    enum { WORDS = 3000, LENGTH = 24 };
    static char seen[WORDS][LENGTH];
    struct wr_rng rng;
    struct wr_error err = {0};
    struct wr_names names = {0};
    uint32_t count = 0, number;
    wr_rng_init(&rng, 1, 0);
    for (int i = 0; i < 2 * WORDS && count < WORDS; i++) {
        char word[LENGTH];
        int length = (int)wr_rng_below(&rng, LENGTH);
        for (int c = 0; c < length; c++)
            word[c] = (char)('a' + wr_rng_below(&rng, length < 4 ? 26 : 2));
        word[length] = '\0';
        uint32_t want = 0;
        while (want < count && strcmp(seen[want], word) != 0)
            want++;
        if (want == count)
            strcpy(seen[count++], word);
        ck_ok(wr_names_number(&names, span(word), &number, &err), err);
        ck_assert_uint_eq(number, want);
    }
    ck_assert_uint_eq(names.count, count);
    for (uint32_t i = 0; i < count; i++)
        ck_assert_str_eq(wr_names_get(&names, i), seen[i]);
    wr_names_release(&names);
}
END_TEST

START_TEST(appended_names_may_repeat)
{
    struct wr_error err = {0};
    struct wr_sink *sink;
    struct wr_names names = {0};
    files_enter();
    ck_ok(wr_names_append(&names, span("same"), &err), err);
    ck_ok(wr_names_append(&names, span("same"), &err), err);
    ck_ok(wr_names_append(&names, span(""), &err), err);
    ck_ok(wr_names_append(&names, span("two\tlines\nhere"), &err), err);
    ck_ok(wr_sink_open(&sink, "x", &err), err);
    wr_names_write(&names, sink);
    ck_ok(wr_sink_commit(sink, &err), err);
    char *text = packed_get("x", NULL);
    ck_assert_str_eq(text, "0\tsame\n1\tsame\n2\t\n3\ttwo lines here\n");
    free(text);
    wr_names_release(&names);
    files_leave();
}
END_TEST

static enum wr_status read_list(const char *text, int column, struct wr_pairs *pairs,
                                struct wr_names *names, struct wr_error *err)
{
    struct wr_input *input = NULL;
    packed_put_text("x", text);
    ck_assert_int_eq(wr_input_open(&input, "x", &(struct wr_input_options){0}, err), WR_OK);
    enum wr_status status = wr_namedlist_read(input, column, pairs, names, err);
    wr_input_close(input);
    return status;
}

START_TEST(named_lists)
{
    files_enter();
    struct wr_error err = {0};
    struct wr_pairs pairs;
    struct wr_names names;
    ck_ok(read_list("# alice x\n\nalice,bob 2\r\n  bob\tcarol,0.5 more\n% c\n007 alice 1", 3,
                    &pairs, &names, &err),
          err);
    ck_assert_uint_eq(pairs.n, 4);
    ck_assert_int_eq(pairs.count, 3);
    ck_assert(pairs.key[0] == wr_arc(0, 1) && pairs.key[1] == wr_arc(1, 2));
    ck_assert(pairs.key[2] == wr_arc(3, 0));
    ck_assert(pairs.weight[0] == 2 && pairs.weight[1] == 0.5 && pairs.weight[2] == 1);
    ck_assert_str_eq(wr_names_get(&names, 3), "007");
    wr_pairs_release(&pairs);
    wr_names_release(&names);
    ck_ok(read_list("", 0, &pairs, &names, &err), err);
    ck_assert(pairs.n == 0 && pairs.count == 0 && names.count == 0);
    files_leave();
}
END_TEST

START_TEST(malformed_named_lists)
{
    static const struct malformed table[] = {
        {"a b\nc\n", 2, "one name, expected two"},
        {"a b\n", 1, "no column 3, expected a weight there"},
        {"a b 0\n", 1, "'0' in column 3 is not a weight, expected a positive number"},
    };
    files_enter();
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        struct wr_error err = {0};
        struct wr_pairs pairs;
        struct wr_names names;
        ck_assert_int_eq(read_list(table[i].text, i > 0 ? 3 : 0, &pairs, &names, &err), WR_EDATA);
        ck_assert_str_eq(err.message, table[i].message);
        ck_assert_int_eq(err.line, table[i].line);
    }
    files_leave();
}
END_TEST

unit_main("vertexnames", numbers_in_order_of_appearance, appended_names_may_repeat, named_lists,
          malformed_named_lists)
