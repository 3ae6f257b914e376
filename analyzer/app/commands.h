// commands.h - app/ only: what each command does, as an exit status.

#ifndef APP_COMMANDS_H
#define APP_COMMANDS_H

#include "app/options.h"
#include "app/pool.h"

int command_check(struct arena *a, const struct options *o);
int command_verify(struct arena *a, const struct options *o);
int command_summarize(struct arena *a, const struct options *o);
int command_dump(struct arena *a, const struct options *o);
int command_graph(struct arena *a, const struct options *o);
int command_rules(struct arena *a, const struct options *o);
int command_crosscheck(struct arena *a, const struct options *o);
int command_trace(struct arena *a, const struct options *o);
int command_explain(struct arena *a, const struct options *o);

// In place of the report, for --explain-contract: s and r are those of the run.
int explain_contract(struct session *s, const struct run_result *r);

// Say an error; returns the exit status for it.
int complain(const struct err *err);

#endif
