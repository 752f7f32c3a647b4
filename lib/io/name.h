/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef WR_IO_NAME_H
#define WR_IO_NAME_H

#include <stdbool.h>

/* Whether a file's name ends in suffix, or in suffix and then .gz or .zst. */
bool wr_name_ends(const char *path, const char *suffix);

#endif
