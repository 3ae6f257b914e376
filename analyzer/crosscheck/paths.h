// paths.h - the files of a report against the names that a compiler gave them.
//
// A report names files relative to where it was made, __FILE__ is relative to
// where the compiler ran: they are the same file when the parts that both have
// agree, from the end.

#ifndef CROSSCHECK_PATHS_H
#define CROSSCHECK_PATHS_H

#include <stddef.h>

// How many parts name and other have in common, when one of them ends in the
// other; else 0. "." and a leading ".." do not count.
size_t paths_alike(const char *name, const char *other);

#endif
