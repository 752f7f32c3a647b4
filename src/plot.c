/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include "plot.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

const char *plot_terminal(const char *path)
{
    static const struct {
        const char *suffix, *terminal;
    } terminals[] = {
        {".svg", "svg size 1200,400 font 'sans,13' background 'white'"},
        {".png", "pngcairo size 1200,400 font 'sans,11'"},
        {".pdf", "pdfcairo size 12in,4in font 'sans,13'"},
    };
    size_t size = strlen(path);
    for (size_t i = 0; i < sizeof terminals / sizeof *terminals; i++)
        if (size > 4 && strcmp(path + size - 4, terminals[i].suffix) == 0)
            return terminals[i].terminal;
    return NULL;
}

/* Start gnuplot with the script as its input; *out is its output. */
static enum wr_status start(FILE *script, pid_t *child, int *out, struct wr_error *err)
{
    static char name[] = "gnuplot";
    char *const argv[] = {name, NULL};
    int ends[2];
    if (pipe(ends) != 0)
        return wr_error_errno(err, name, "cannot start");
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, fileno(script), STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_addclose(&actions, ends[0]);
    int failure = posix_spawnp(child, name, &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    *out = ends[0];
    if (failure == 0)
        return WR_OK;
    close(ends[0]);
    errno = failure;
    return wr_error_errno(err, name, "cannot start (on Debian: apt-get install gnuplot-nox)");
}

/* Copy all that comes from fd; the number of bytes, -1 with errno set: it cannot be read. */
static int64_t copy_output(int fd, struct wr_sink *sink)
{
    char buffer[65536];
    int64_t total = 0;
    for (;;) {
        ssize_t n = read(fd, buffer, sizeof buffer);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n < 0 ? n : total;
        wr_sink_write(sink, buffer, (size_t)n);
        total += n;
    }
}

enum wr_status plot_run(const char *script, struct wr_sink *sink, struct wr_error *err)
{
    pid_t child;
    int out = -1, status = -1; /* when nobody keeps it, as where SIGCHLD is ignored */
    FILE *file = tmpfile();
    if (!file || fputs(script, file) == EOF || fflush(file) != 0 || fseek(file, 0, SEEK_SET) != 0) {
        if (file)
            fclose(file);
        return wr_error_errno(err, "gnuplot", "cannot write its script");
    }
    enum wr_status started = start(file, &child, &out, err);
    fclose(file);
    if (started)
        return started;
    int64_t bytes = copy_output(out, sink);
    if (bytes < 0)
        wr_error_errno(err, "gnuplot", "cannot read its picture");
    close(out);
    while (waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    if (status != 0 || bytes <= 0) /* of two errors the first is kept */
        return wr_error_set(err, WR_EIO, "gnuplot: no picture was made");
    return WR_OK;
}
