/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef TESTS_FILES_H
#define TESTS_FILES_H

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include "unit.h"

/* Tests that need files: each test runs in a folder of its own in $TMPDIR, and in a process of its
 * own unless Check is told not to fork. */
static char files_folder[4096];

static inline void files_enter(void)
{
    const char *parent = getenv("TMPDIR");
    snprintf(files_folder, sizeof files_folder, "%s/walkrank-test-XXXXXX",
             parent && *parent ? parent : "/tmp");
    ck_assert_ptr_nonnull(mkdtemp(files_folder));
    ck_assert_int_eq(chdir(files_folder), 0);
}

static inline void files_leave(void)
{
    DIR *dir = opendir(".");
    ck_assert_ptr_nonnull(dir);
    for (struct dirent *entry; (entry = readdir(dir));)
        (void)unlink(entry->d_name);
    closedir(dir);
    ck_assert_int_eq(rmdir(files_folder), 0);
}

/* Write size bytes behind what path has when flags is O_APPEND, instead of it when O_TRUNC. */
static inline void files_put(const char *path, int flags, const void *data, size_t size)
{
    int fd = open(path, O_WRONLY | O_CREAT | flags, 0600);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(write(fd, data, size), (ssize_t)size);
    close(fd);
}

/* The bytes of path, followed by a 0 that *size does not count; the caller frees. */
static inline char *files_get(const char *path, size_t *size)
{
    int fd = open(path, O_RDONLY);
    ck_assert_int_ge(fd, 0);
    off_t end = lseek(fd, 0, SEEK_END);
    char *data = malloc((size_t)end + 1);
    ck_assert_int_eq(pread(fd, data, (size_t)end, 0), end);
    data[end] = '\0';
    *size = (size_t)end;
    close(fd);
    return data;
}

/* Standard input becomes a pipe into which a child writes the bytes and then ends. */
static inline void files_pipe(const void *data, size_t size)
{
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    if (fork() == 0) {
        close(ends[0]);
        for (size_t done = 0; done < size;) {
            ssize_t n = write(ends[1], (const char *)data + done, size - done);
            if (n <= 0)
                break;
            done += (size_t)n;
        }
        _exit(0);
    }
    close(ends[1]);
    ck_assert_int_eq(dup2(ends[0], STDIN_FILENO), STDIN_FILENO);
    close(ends[0]);
}

#endif
