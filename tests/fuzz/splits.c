/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "fuzz.h"

#include <stdlib.h>
#include <string.h>

#include "io/splitfile.h"

static void parse_shares(const uint8_t *data, size_t size)
{
    struct wr_split_shares shares;
    char *text = malloc(size + 1);
    fuzz_check(text);
    if (size > 0)
        memcpy(text, data, size);
    text[size] = '\0';
    if (wr_split_shares_parse(text, &shares))
        fuzz_check(shares.train >= 0 && shares.val >= 0 && shares.test >= 0 &&
                   shares.train + shares.val + shares.test <= 100.0000001);
    free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    int64_t count[FUZZ_WAYS];
    uint8_t *part[FUZZ_WAYS];
    struct wr_error err[FUZZ_WAYS] = {{0}};
    parse_shares(data, size);
    for (int i = 0; i < FUZZ_WAYS; i++) {
        fuzz_file(data, size, fuzz_ways[i]);
        fuzz_status(wr_split_read("split", &count[i], &part[i], &err[i]), &err[i]);
    }
    fuzz_same_error(&err[0], &err[1]);
    if (err[0].status)
        return 0;
    fuzz_check(count[0] == count[1]);
    fuzz_same_bytes(part[0], part[1], (size_t)count[0]);
    for (int i = 0; i < FUZZ_WAYS; i++)
        free(part[i]);
    return 0;
}
