// options.h - app/ only: the command line.

#ifndef APP_OPTIONS_H
#define APP_OPTIONS_H

#include "base/arena.h"
#include "base/err.h"
#include "finding/finding.h"

#include <stdbool.h>
#include <stdio.h>

enum color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };
enum format { FORMAT_TEXT, FORMAT_JSONL, FORMAT_DOT, FORMAT_SVG };
enum stage { STAGE_IR, STAGE_CFG, STAGE_DOT, STAGE_STATES, STAGE_CONTRACTS };

// A list of words.
struct words {
    const char **items;
    size_t count, cap;
};

struct options {
    bool summarize;        // the command wants to know what the functions do
    const char *build_dir; // NULL = discover
    int jobs;              // 0 = one a core
    enum format format;
    const char *output; // NULL = stdout
    enum tier tier, gate;
    bool rule_on[RULES];
    struct words exclude;
    bool exit_zero;
    struct words rules;
    bool no_default_rules;
    struct words extra_args;
    size_t max_steps; // 0 = the engine's default
    int unit_timeout; // seconds
    enum color color;
    bool no_excerpt;
    enum stage stage;
    const char *from;    // NULL = not given
    const char *explain; // the function whose contract is asked for, or NULL
    int repeat;
    bool cflags, header;
    bool quiet, help, version;
    struct words files;
    bool has_flags; // "--" was given
    struct words flags;
};

// Parse argv (without program and command name). Returns 0, or -1 with err.
int options_parse(struct arena *a, int argc, char **argv, struct options *ret,
                  struct err *err);
void options_help(FILE *out);

#endif
