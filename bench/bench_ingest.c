/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <config.h>

#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <igraph.h>

#include "bench.h"

#include "base/blocks.h"
#include "data/csr.h"
#include "data/graph.h"
#include "io/edgelist.h"

static const char usage[] =
    "usage: bench_ingest [-i] FILE...\n"
    "Time the reading of edge lists: ours, each loop on 1 and 2 threads, to pairs, to a sorted\n"
    "graph without copies, and with adjacency; beside `wc -l` and, with -i, igraph's reader and\n"
    "simplify. Medians of 5 runs after one that is discarded; ratios to `wc -l`, and igraph's to\n"
    "ours. Peak memory is beside what the process had before.\n";

enum { RUNS = 5, STEPS = 3 };

static const char *const steps[] = {"pairs", "graph", "csr"};

struct file {
    const char *path;
    double bytes, lines, wc;
};

/* Read path up to a step; the seconds it took, negative after an error. */
static double read_once(const struct file *f, enum wr_edgeparse how, int step, double *lines,
                        struct wr_error *err)
{
    struct wr_input *input;
    struct wr_pairs pairs = {0};
    struct wr_graph g = {0};
    struct wr_csr csr = {0};
    bool has_header;
    double start = bench_now();
    enum wr_status status = wr_input_open(&input, f->path, &(struct wr_input_options){0}, err);
    if (status)
        return -1;
    status = wr_edgelist_read(input, &(struct wr_edgelist_options){.how = how}, &pairs, &has_header,
                              err);
    *lines = (double)pairs.count;
    if (!status && step > 0)
        status = wr_graph_init(&g, &pairs, false, err);
    if (!status && step > 1)
        status = wr_csr_init(&csr, &g, WR_CSR_BOTH, false, err);
    double seconds = bench_now() - start;
    wr_input_close(input);
    wr_pairs_release(&pairs);
    wr_csr_release(&csr);
    wr_graph_release(&g);
    return status ? -1 : seconds;
}

static bool time_ours(struct file *f, enum wr_edgeparse how, const char *name, int threads,
                      double best[STEPS])
{
    struct wr_error err = {0};
    wr_threads_set(threads);
    for (int step = 0; step < STEPS; step++) {
        double seconds[RUNS + 1];
        int64_t before = bench_resident();
        bench_peak_reset();
        for (int run = 0; run <= RUNS; run++) {
            seconds[run] = read_once(f, how, step, &f->lines, &err);
            if (seconds[run] < 0) {
                fprintf(stderr, "bench_ingest: %s: %s\n", f->path, err.message);
                return false;
            }
        }
        double median = bench_median(seconds + 1, RUNS);
        if (median < best[step])
            best[step] = median;
        printf("ours, %s\t%d\t%s\t%.4f\t%.0f\t%.1f\t%.2f\t%.1f\n", name, threads, steps[step],
               median, f->bytes / median / 1e6, f->lines / median / 1e6, median / f->wc,
               (double)(bench_peak() - before) / f->lines);
    }
    return true;
}

static double time_wc(const char *path)
{
    double seconds[RUNS + 1];
    char command[4096];
    snprintf(command, sizeof command, "wc -l <'%s' >/dev/null", path);
    for (int run = 0; run <= RUNS; run++) {
        double start = bench_now();
        if (system(command) != 0)
            return -1;
        seconds[run] = bench_now() - start;
    }
    return bench_median(seconds + 1, RUNS);
}

/* igraph's reader takes no comments: it begins after those at the top. Once: it is slow. */
static void time_igraph(const struct file *f, const double best[STEPS])
{
    igraph_t graph;
    char line[4096];
    FILE *file = fopen(f->path, "r");
    if (!file)
        return;
    long text = 0;
    while (fgets(line, sizeof line, file) && line[0] == '#')
        text = ftell(file);
    fseek(file, text, SEEK_SET);
    double start = bench_now();
    igraph_read_graph_edgelist(&graph, file, 0, IGRAPH_UNDIRECTED);
    double read = bench_now() - start;
    igraph_simplify(&graph, true, true, NULL);
    double simplified = bench_now() - start;
    igraph_destroy(&graph);
    fclose(file);
    printf("igraph read\t1\tpairs\t%.4f\t%.0f\t%.1f\t%.2f\t%.0fx ours\n", read,
           f->bytes / read / 1e6, f->lines / read / 1e6, read / f->wc, read / best[0]);
    printf("igraph read, simplify\t1\tcsr\t%.4f\t%.0f\t%.1f\t%.2f\t%.0fx ours\n", simplified,
           f->bytes / simplified / 1e6, f->lines / simplified / 1e6, simplified / f->wc,
           simplified / best[2]);
}

static bool bench(const char *path, bool with_igraph)
{
    static const struct {
        enum wr_edgeparse how;
        const char *name;
    } loops[] = {{WR_EDGEPARSE_SCALAR, "scalar"}, {WR_EDGEPARSE_AVX512, "avx512"}};
    struct stat st;
    struct file f = {.path = path, .wc = time_wc(path)};
    double best[STEPS] = {1e9, 1e9, 1e9};
    if (f.wc < 0 || stat(path, &st) != 0) {
        fprintf(stderr, "bench_ingest: cannot read %s\n", path);
        return false;
    }
    f.bytes = (double)st.st_size;
    printf("reader\tthreads\tto\tseconds\tMB/s\tMlines/s\tx wc\tpeak B/line\n");
    printf("wc -l\t1\t-\t%.4f\t%.0f\t-\t1\t-\n", f.wc, f.bytes / f.wc / 1e6);
    for (int loop = 0; loop < 2; loop++) {
        if (!wr_edgeparse_supported(loops[loop].how))
            continue;
        for (int threads = 1; threads <= 2; threads++)
            if (!time_ours(&f, loops[loop].how, loops[loop].name, threads, best))
                return false;
    }
    if (with_igraph)
        time_igraph(&f, best);
    return true;
}

int main(int argc, char **argv)
{
    bool with_igraph = argc > 1 && strcmp(argv[1], "-i") == 0;
    int first = 1 + with_igraph;
    bench_begin();
    if (first >= argc) {
        fputs(usage, stderr);
        return 2;
    }
    for (int i = first; i < argc; i++)
        if (!bench(argv[i], with_igraph))
            return 1;
    return 0;
}
