/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_FUZZ_SEALED_H
#define TESTS_FUZZ_SEALED_H

#include "fuzz.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

/* Checkpoints end in a checksum, which no mutation gets right: read the bytes both as they are and,
 * what gets further, with the right one behind them. */
static inline void fuzz_read_sealed(const uint8_t *data, size_t size,
                                    void (*read)(const uint8_t *data, size_t size))
{
    uint8_t *made = malloc(size + 4);
    fuzz_check(made);
    if (size > 0)
        memcpy(made, data, size);
    uint32_t crc = (uint32_t)crc32_z(crc32_z(0, NULL, 0), made, size);
    for (int i = 0; i < 4; i++)
        made[size + (size_t)i] = (uint8_t)(crc >> 8 * i);
    read(data, size);
    read(made, size + 4);
    free(made);
}

#endif
