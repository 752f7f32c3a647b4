/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "io/name.h"

#include <string.h>

bool wr_name_ends(const char *path, const char *suffix)
{
    static const char *const compressed[] = {"", ".gz", ".zst"};
    size_t size = strlen(path), wanted = strlen(suffix);
    for (int i = 0; i < 3; i++) {
        size_t tail = strlen(compressed[i]);
        if (size > wanted + tail && strcmp(path + size - tail, compressed[i]) == 0 &&
            memcmp(path + size - tail - wanted, suffix, wanted) == 0)
            return true;
    }
    return false;
}
