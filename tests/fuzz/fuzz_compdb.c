// fuzz_compdb.c - any bytes as a compile_commands.json: units or an error.

#include "project/project.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

// Not assert: it must hold in every kind of build.
static void require(bool holds)
{
    if (!holds)
        abort();
}

static void check_unit(const struct project *p, const struct project_unit *u)
{
    size_t first = 0;

    require(u->file[0] == '/' && u->directory[0] == '/');
    require(project_find(p, u->file, &first) > 0);
    require(strcmp(p->units[first].file, u->file) == 0);
    for (size_t i = 0; i < u->nargs; i++)
        require(u->args[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a = {0};
    struct project p = {0};
    struct err err = {0};

    if (project_parse(&a, "/database.json", (const char *)data, size, &p, &err)
        < 0) {
        require(strncmp(err.text, "/database.json:", 15) == 0);
    } else {
        require(p.root[0] == '/');
        for (size_t i = 0; i < p.nunits; i++)
            check_unit(&p, &p.units[i]);
    }
    arena_release(&a);
    return 0;
}
