// check_rules.c - whether rules files load, together, and print back the same.
//
// contract_check FILE...  says "ok N rows", or the error and exits with 1.
// contract_check --print FILE...  prints the rules as well.
// What is printed must parse again and print as the same text.

#include "contract/contract.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

static size_t count_lines(const char *text)
{
    size_t n = 0;

    for (; *text; text++)
        n += *text == '\n';
    return n;
}

static int check_again(const char *text, struct err *err)
{
    struct arena a = {0};
    struct rules rules = {.arena = &a};
    char *again = NULL;
    int status = rules_parse(&rules, text, "printed", err);

    if (status == 0) {
        again = printed(&rules);
        if (strcmp(again, text) != 0) {
            err_set(err, NULL, 0, "printing what was printed differs");
            status = -1;
        }
    }
    free(again);
    arena_release(&a);
    return status;
}

int main(int argc, char **argv)
{
    struct arena a = {0};
    struct rules rules = {.arena = &a};
    struct err err = {0};
    char *text = NULL;
    bool print = argc > 1 && strcmp(argv[1], "--print") == 0;
    int first = print ? 2 : 1;
    int status = argc <= first ? 2 : 0;

    if (status)
        fprintf(stderr, "usage: contract_check [--print] FILE...\n");
    for (int i = first; i < argc && status == 0; i++)
        status = rules_load(&rules, argv[i], &err) < 0;
    if (status == 0) {
        text = printed(&rules);
        status = check_again(text, &err) < 0;
    }
    if (status == 1)
        fprintf(stderr, "%s\n", err.text);
    if (status == 0 && print)
        fputs(text, stdout);
    if (status == 0)
        printf("ok %zu rows\n", count_lines(text));
    free(text);
    arena_release(&a);
    return status;
}
