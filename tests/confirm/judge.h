// judge.h - what was found in a function, against what was seen when it ran.

#ifndef TESTS_CONFIRM_JUDGE_H
#define TESTS_CONFIRM_JUDGE_H

#include "finding/finding.h"
#include "observe.h"

// Is o what f says? source: the text of the fixture. Of a finding without a
// trail (one that is missed) only the rule counts.
bool judge_meets(const char *source, const struct finding *f,
                 const struct observation *o);

// Does the finding's trail, or its line, pass where the object was touched, if
// it ever was?
bool judge_passes(const char *source, const struct finding *f,
                  const struct observation *o);

#endif
