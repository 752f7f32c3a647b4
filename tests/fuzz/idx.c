/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "fuzz.h"

#include "io/idx.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    for (int rank = 1; rank <= WR_IDX_RANK; rank++) {
        struct wr_idx a;
        struct wr_error err = {0};
        int64_t sum = 0;
        fuzz_file(data, size, fuzz_ways[0]);
        enum wr_status status = wr_idx_open(&a, "images", rank, NULL, &err);
        fuzz_status(status, &err);
        if (status)
            continue;
        for (int64_t i = 0; i < a.count; i++) /* every byte is there: the sanitizers see to it */
            sum += a.data[i];
        fuzz_check(sum <= 255 * a.count);
        wr_idx_close(&a);
    }
    return 0;
}
