// session.h - app/ only: what every command needs before it can begin.

#ifndef APP_SESSION_H
#define APP_SESSION_H

#include "app/options.h"
#include "contract/contract.h"
#include "parse/parse.h"
#include "project/project.h"

struct session {
    struct arena *arena;
    const struct options *options;
    struct rules rules;
    struct project project;
    struct parse_options parse; // made from rules and project
};

enum { EXIT_FINDINGS = 1, EXIT_USAGE = 2, EXIT_INCOMPLETE = 3 };

// The folder of that name which comes with refcheck and has that file, NULL
// when it is not there.
const char *session_folder(struct arena *a, const char *name, const char *file);

// The rule files that come with refcheck, in the order in which they are
// read. Returns 0, or -1 with err when the folder is not there.
int session_default_rules(struct arena *a, struct words *ret, struct err *err);

// Read the rules that the options ask for. Returns 0, or -1 with err.
int session_rules(struct session *s, struct err *err);

// Read rules and find the units that the options ask for. Returns 0, or -1
// with err. Warnings go to stderr.
int session_open(struct arena *a, const struct options *options,
                 struct session *ret, struct err *err);

#endif
