// discover.h - where a project begins, and where its database lies.

#ifndef PROJECT_DISCOVER_H
#define PROJECT_DISCOVER_H

#include "project/project.h"

#define COMPDB_NAME "compile_commands.json"

// The root of the project whose database lies in folder: the version control
// folder above both the database and its units or, where there is none, the
// folder that they have in common.
const char *root_of_units(struct arena *a, const char *folder,
                          const struct project *p);

#endif
