// file.h - whole files and the names of files.

#ifndef BASE_FILE_H
#define BASE_FILE_H

#include "base/arena.h"
#include "base/err.h"

#include <stdbool.h>

// Read a whole file. *ret_text is NUL-terminated, lives in a, and is written
// only on success; *ret_size (may be NULL) does not count the NUL.
// Returns 0, or -1 with err filled in.
int file_read(struct arena *a, const char *path, char **ret_text,
              size_t *ret_size, struct err *err);

bool file_exists(const char *path); // a file or a folder
bool file_is_dir(const char *path);

// name seen from folder dir (name itself when it is absolute), with ".", ".."
// and doubled slashes folded away by text alone (links are not followed).
char *path_join(struct arena *a, const char *dir, const char *name);
// The folder of path: all before the last slash, "." when there is none.
char *path_dir(struct arena *a, const char *path);
const char *path_base(const char *path); // all behind the last slash
// path as seen from folder root (both absolute): without the prefix when it
// lies below, path itself when it does not.
const char *path_below(const char *path, const char *root);
char *path_cwd(struct arena *a); // the absolute working folder

#endif
