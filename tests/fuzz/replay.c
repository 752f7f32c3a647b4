/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "fuzz.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* main of the harnesses without libFuzzer: run over files and over those in folders, whole and cut
 * short in CUTS places. No file at all is a failure. */

enum { CUTS = 24 };

static uint8_t *load(const char *path, size_t *size)
{
    FILE *stream = fopen(path, "rb");
    uint8_t *data = NULL;
    struct stat st;
    if (stream && fstat(fileno(stream), &st) == 0 && (data = malloc((size_t)st.st_size + 1)))
        *size = fread(data, 1, (size_t)st.st_size, stream);
    if (stream)
        fclose(stream);
    if (!data) {
        perror(path);
        exit(1);
    }
    return data;
}

static void run_file(const char *path)
{
    size_t size = 0;
    uint8_t *data = load(path, &size);
    fprintf(stderr, "%s\n", path); /* of an abort: what it was */
    LLVMFuzzerTestOneInput(data, size);
    for (size_t cut = 0; cut < size; cut += 1 + size / CUTS) {
        uint8_t *copy = malloc(cut + 1);
        fuzz_check(copy);
        memcpy(copy, data, cut);
        LLVMFuzzerTestOneInput(copy, cut);
        free(copy);
    }
    free(data);
}

/* How many files there were. */
static int run(const char *path)
{
    DIR *folder = opendir(path);
    int files = 0;
    if (!folder) {
        run_file(path);
        return 1;
    }
    for (struct dirent *entry; (entry = readdir(folder));) {
        char inner[4096];
        if (entry->d_name[0] == '.')
            continue;
        snprintf(inner, sizeof inner, "%s/%s", path, entry->d_name);
        run_file(inner);
        files++;
    }
    closedir(folder);
    return files;
}

int main(int argc, char **argv)
{
    int files = 0;
    for (int i = 1; i < argc; i++)
        files += run(argv[i]);
    return files == 0;
}
