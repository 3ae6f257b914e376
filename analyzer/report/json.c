// json.c - see json.h.

#include "report/json.h"

#include "base/buf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void require(int holds)
{
    if (holds)
        return;
    fputs("refcheck: out of memory\n", stderr);
    exit(2);
}

json_t *json_new(json_t *value)
{
    require(value != NULL);
    return value;
}

json_t *json_text(const char *utf8)
{
    return json_new(json_string(utf8));
}

json_t *json_number(uint32_t n)
{
    return json_new(json_integer(n));
}

void json_put(json_t *object, const char *key, json_t *value)
{
    require(json_object_set_new(object, key, value) == 0);
}

void json_add(json_t *array, json_t *value)
{
    require(json_array_append_new(array, value) == 0);
}

// text, where DEL is escaped like the other control characters, which JSON
// leaves to us. It only occurs inside of strings.
static char *without_del(struct arena *a, const char *text)
{
    struct buf b = {.arena = a};

    for (;;) {
        size_t n = strcspn(text, "\x7f");

        buf_add(&b, text, n);
        if (!text[n])
            return b.text;
        buf_str(&b, "\\u007f");
        text += n + 1;
    }
}

char *json_line(struct arena *a, json_t *value)
{
    char *text = json_dumps(value, JSON_COMPACT | JSON_ENSURE_ASCII);
    char *line;

    require(text != NULL);
    line = without_del(a, text);
    free(text);
    json_decref(value);
    return line;
}
