// project.h - which translation units there are, and how they are compiled.

#ifndef PROJECT_PROJECT_H
#define PROJECT_PROJECT_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct project_unit {
    const char *file;      // absolute
    const char *directory; // absolute: where the compiler runs
    size_t nargs;
    const char **args; // for libclang: no program, no file, no output
};

struct project {
    const char *root; // absolute; see project_root
    size_t nunits, cap;
    struct project_unit *units; // in the database's order
    size_t nskipped;            // entries that are not C (C++, assembler, ...)
    size_t nexcluded;
    const char **excluded; // files of units that project_exclude left out
};

// Read DIR/compile_commands.json (or the file itself when dir names one).
// Every C entry becomes a unit; several entries of one file all do unless
// their arguments are the same. Returns 0, or -1 with err (path:line for
// malformed JSON).
int project_load(struct arena *a, const char *dir, struct project *ret,
                 struct err *err);
// The same from text in memory; path is the name for errors, and relative
// directories are relative to its folder.
int project_parse(struct arena *a, const char *path, const char *text,
                  size_t size, struct project *ret, struct err *err);

// The compile_commands.json that belongs to start (a file or folder): in it,
// in its usual build folders, and so on upwards. NULL when there is none.
const char *project_discover(struct arena *a, const char *start);

// A unit for file, compiled with args (as project_arguments returns them) in
// the working folder. Adds to p; the first one decides its root if it has none.
void project_add(struct arena *a, struct project *p, const char *file,
                 const char *const *args, size_t nargs);

// How many of p's units have the file `file`, and the index of the first (the
// others come behind it, in the database's order, and have the same `file`).
// A header or a file that is not in the database has none.
size_t project_find(const struct project *p, const char *file,
                    size_t *ret_first);

// Does a pattern of fnmatch (in which * stands for any text, / as well) name
// the file, seen from one of the folders between root and it, or one of these
// folders?
bool project_matches(const char *root, const char *glob, const char *file);
// Leave out the units whose file one of n patterns names. How many each of
// them names goes to ret_hits.
void project_exclude(struct arena *a, struct project *p,
                     const char *const *globs, size_t n, size_t *ret_hits);

// The nearest folder at or above dir that holds a version control folder
// (.git, .hg, .svn, ...); dir itself when none does.
char *project_root(struct arena *a, const char *dir);

// Make compiler arguments fit for libclang: drops argv[0] when has_program,
// compiler launchers, -c, -o X, the file itself, dependency options (-MD -MF
// X ...), -Werror..., and what only gcc knows; expands @response files
// (relative to directory; nested up to 8 deep); keeps -I -D -U -std -include
// -isystem -m -f that matter. Unknown -f/-m/-W options never break a run.
int project_arguments(struct arena *a, const char *directory,
                      const char *const *argv, size_t argc, bool has_program,
                      const char *file, const char ***ret_args,
                      size_t *ret_nargs, struct err *err);

#endif
