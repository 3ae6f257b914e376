// fuzz_rules.c - any text as a rules file.
//
// What is read must print as text that reads back and prints the same, and
// every lookup in it must end.

#include "contract/contract.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *printed(const struct rules *rules)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    if (!out)
        abort();
    rules_print(out, rules);
    fclose(out);
    return text;
}

static void look_up(const struct rules *rules, const char *text)
{
    for (size_t i = 0; i < rules->contracts.count; i++) {
        const struct contract *c =
            rules_find(rules, rules->contracts.entries[i].key, 0);

        for (int k = 0; c && k < c->noutcomes; k++)
            for (int n = 0; n < c->nargs + 2; n++)
                contract_arg_in(c, &c->outcomes[k], n);
    }
    for (size_t i = 0; i < rules->ngrammars; i++) {
        const char *pos = text;
        bool optional = false;

        while (grammar_next(rules->grammars[i], &pos, &optional))
            ;
    }
    rules_find(rules, "PyList_New", 312);
    rules_global(rules, "Py_None", 312);
    rules_slot(rules, "PyTypeObject", "tp_dealloc", NULL, NULL);
    rules_version(text);
}

static void print_and_read_back(const struct rules *rules)
{
    struct arena a = {0};
    struct rules again = {.arena = &a};
    struct err err = {0};
    char *first = printed(rules);
    char *second;

    if (rules_parse(&again, first, "printed", &err) < 0) {
        fprintf(stderr, "%s\n%s", err.text, first);
        abort();
    }
    second = printed(&again);
    if (strcmp(first, second) != 0) {
        fprintf(stderr, "--- first\n%s--- second\n%s", first, second);
        abort();
    }
    free(first);
    free(second);
    arena_release(&a);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena a = {0};
    struct rules rules = {.arena = &a};
    struct err err = {0};
    char *text = arena_strndup(&a, (const char *)data, size);

    if (rules_parse(&rules, text, "input", &err) == 0) {
        look_up(&rules, text);
        print_and_read_back(&rules);
    } else if (strncmp(err.text, "input:", 6) != 0) {
        abort(); // an error without its line
    }
    arena_release(&a);
    return 0;
}
