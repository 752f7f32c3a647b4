/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "sealed.h"

#include "io/checkpoint.h"

static const char content[] = "fuzz";

/* A setting in every form: the reader has the checkpoint and the message of each. */
static void ask_settings(const struct wr_checkpoint *c)
{
    static const char *const words[] = {"gcn", "gat"};
    struct wr_span text;
    int64_t integer;
    double real;
    int choice;
    struct wr_error err[4] = {{0}};
    fuzz_status(wr_checkpoint_text(c, "model", &text, &err[0]), &err[0]);
    fuzz_status(wr_checkpoint_int(c, "layers", -5, 10, &integer, &err[1]), &err[1]);
    fuzz_status(wr_checkpoint_double(c, "rate", 0, 1, &real, &err[2]), &err[2]);
    fuzz_status(wr_checkpoint_choice(c, "model", words, 2, &choice, &err[3]), &err[3]);
}

static void ask_arrays(const struct wr_checkpoint *c)
{
    for (int i = 0; i < c->arrays; i++) {
        const struct wr_checkpoint_array *array = &c->array[i];
        struct wr_error err = {0};
        size_t size = array->type == WR_NUMBER_F32 ? 4 : 8;
        void *out = malloc((size_t)array->count * size + 1);
        fuzz_check(out);
        fuzz_status(wr_checkpoint_numbers(c, array->name, array->type, array->count, out, &err),
                    &err);
        free(out);
    }
}

static void read_checkpoint(const uint8_t *data, size_t size)
{
    struct wr_checkpoint c;
    struct wr_error err = {0};
    fuzz_file(data, size, fuzz_ways[0]);
    enum wr_status status = wr_checkpoint_read(&c, "checkpoint", content, NULL, &err);
    fuzz_status(status, &err);
    if (status)
        return;
    ask_settings(&c);
    ask_arrays(&c);
    wr_checkpoint_release(&c);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_read_sealed(data, size, read_checkpoint);
    return 0;
}
