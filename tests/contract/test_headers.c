// test_headers.c - the two headers with words for annotations: what refcheck.h
// and the runtime's annotate.h both have means the same.

#include "helper.h"

#include "base/file.h"

#include <string.h>

// A line `#define PREFIX_NAME... SAYS("TEXT")`; the text as it stands there.
struct word {
    const char *name, *text;
};

struct words {
    size_t n;
    struct word items[100];
};

static const char *between(struct arena *a, const char *from, const char *end)
{
    return arena_strndup(a, from, strcspn(from, end));
}

static struct words words_of(struct arena *a, const char *file,
                             const char *prefix)
{
    const char *path = arena_printf(a, "%s/%s", SOURCE_DIR, file);
    const char *define = arena_printf(a, "#define %s", prefix);
    const char *says = arena_printf(a, "%sSAYS(\"", prefix);
    struct words w = {0};
    struct err err;
    char *text;

    if (file_read(a, path, &text, NULL, &err) < 0)
        fail_msg("%s", err.text);
    for (const char *at = text; (at = strstr(at, define)); at++) {
        const char *line = between(a, at, "\n");
        const char *said = strstr(line, says);

        if (!said)
            continue;
        assert_true(w.n < sizeof(w.items) / sizeof(*w.items));
        w.items[w.n++] = (struct word){between(a, line + strlen(define), " ("),
                                       between(a, said + strlen(says), ")")};
    }
    return w;
}

static void test_same_words(void **state)
{
    struct arena a = {0};
    struct words ours =
        words_of(&a, "analyzer/include/refcheck.h", "REFCHECK_");
    struct words theirs = words_of(&a, "runtime/include/rc/annotate.h", "RC_");
    int shared = 0;

    (void)state;
    for (size_t i = 0; i < ours.n; i++) {
        for (size_t k = 0; k < theirs.n; k++) {
            if (strcmp(ours.items[i].name, theirs.items[k].name) != 0)
                continue;
            print_message("%s\n", ours.items[i].name);
            assert_string_equal(ours.items[i].text, theirs.items[k].text);
            shared++;
        }
    }
    assert_true(shared >= 15);
    arena_release(&a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_same_words)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
