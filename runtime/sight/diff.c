// diff.c - the difference of two snapshots as text: a line for each type, those
// that grew most first, then objects that are new and still there.

#include "core/memory.h"
#include "sight/label.h"
#include "sight/report.h"
#include "sight/snapshot.h"

#include <inttypes.h>
#include <stdlib.h>

struct row {
    const char *name;
    size_t made, gone;
    int64_t bytes;
};

struct rows {
    struct row *rows; // by name
    size_t n;
    size_t *before, *after; // the row of each kind
};

// ---- rows ----

static int by_name(const void *a, const void *b)
{
    const struct row *x = a, *y = b;

    return strcmp(x->name, y->name);
}

static void add_names(struct rows *rows, const struct rc_snapshot *s)
{
    for (size_t i = 0; i < s->nkinds; i++)
        rows->rows[rows->n++] = (struct row){.name = s->kinds[i].name};
}

static void sort_names(struct rows *rows)
{
    size_t n = 0;

    if (rows->n)
        qsort(rows->rows, rows->n, sizeof(*rows->rows), by_name);
    for (size_t i = 0; i < rows->n; i++) {
        if (n == 0 || by_name(&rows->rows[n - 1], &rows->rows[i]) != 0)
            rows->rows[n++] = rows->rows[i];
    }
    rows->n = n;
}

// Where the kinds of s are among the rows.
static size_t *places_of(const struct rows *rows, const struct rc_snapshot *s)
{
    size_t *places = memory_new(s->nkinds * sizeof(*places));

    for (size_t i = 0; places && i < s->nkinds; i++) {
        struct row key = {.name = s->kinds[i].name};
        const struct row *row =
            bsearch(&key, rows->rows, rows->n, sizeof(key), by_name);

        places[i] = (size_t)(row - rows->rows);
    }
    return places;
}

static void rows_release(struct rows *rows)
{
    memory_free(rows->rows);
    memory_free(rows->before);
    memory_free(rows->after);
}

static int rows_init(struct rows *rows, const struct rc_snapshot *before,
                     const struct rc_snapshot *after)
{
    size_t most = before->nkinds + after->nkinds;

    *rows = (struct rows){.rows = memory_new(most * sizeof(*rows->rows))};
    if (!rows->rows)
        return -1;
    add_names(rows, before);
    add_names(rows, after);
    sort_names(rows);
    rows->before = places_of(rows, before);
    rows->after = rows->before ? places_of(rows, after) : NULL;
    if (rows->after)
        return 0;
    rows_release(rows);
    return -1;
}

static void add_to_rows(const struct entry *before, const struct entry *after,
                        void *arg)
{
    struct rows *rows = arg;

    if (after && !before) {
        struct row *r = &rows->rows[rows->after[after->kind]];

        r->made++;
        r->bytes += (int64_t)after->bytes;
    } else if (before && !after) {
        struct row *r = &rows->rows[rows->before[before->kind]];

        r->gone++;
        r->bytes -= (int64_t)before->bytes;
    }
}

// ---- lines ----

static int by_growth(const void *a, const void *b)
{
    const struct row *x = a, *y = b;

    if (x->bytes != y->bytes)
        return x->bytes < y->bytes ? 1 : -1;
    return strcmp(x->name, y->name);
}

static void print_row(FILE *out, const struct row *row)
{
    struct label name = {0};

    label_add_text(&name, row->name, 30);
    fprintf(out, "%-30s %10zu %10zu %+12" PRId64 "\n", name.text, row->made,
            row->gone, row->bytes);
}

static void print_rows(FILE *out, struct rows *rows)
{
    struct row sum = {.name = "together"};

    fprintf(out, "%-30s %10s %10s %12s\n", "type", "made", "gone", "bytes");
    qsort(rows->rows, rows->n, sizeof(*rows->rows), by_growth);
    for (size_t i = 0; i < rows->n; i++) {
        const struct row *r = &rows->rows[i];

        if (r->made || r->gone)
            print_row(out, r);
        sum.made += r->made;
        sum.gone += r->gone;
        sum.bytes += r->bytes;
    }
    print_row(out, &sum);
}

struct listing {
    const struct rc_snapshot *after;
    FILE *out; // NULL: only count
    size_t most, n;
};

// The object of an entry, if it is still the one that was seen.
static rc_object *still_there(const struct listing *l, const struct entry *e)
{
    rc_object *o = object_at(e->address);

    return o && snapshot_key_of(o) == l->after->kinds[e->kind].key ? o : NULL;
}

static void list_new(const struct entry *before, const struct entry *after,
                     void *arg)
{
    struct listing *l = arg;
    rc_object *o = before || !after ? NULL : still_there(l, after);
    struct label what = {0};

    if (!o || l->n++ >= l->most || !l->out)
        return;
    label_add_object(&what, o);
    label_add(&what, ": ");
    label_add_contents(&what, o, 40);
    fprintf(l->out, "  %s (%zu bytes, count %u)\n", what.text, after->bytes,
            count_of(o));
}

static void print_new(FILE *out, const struct rc_snapshot *before,
                      const struct rc_snapshot *after, size_t details)
{
    struct listing count = {.after = after};
    struct listing list = {.after = after, .out = out, .most = details};

    snapshot_compare(before, after, list_new, &count);
    fprintf(out, "new and still there: %zu%s\n", count.n,
            count.n > details ? ", the first of them:" : "");
    snapshot_compare(before, after, list_new, &list);
}

int rc_snapshot_print_diff(const struct rc_snapshot *before,
                           const struct rc_snapshot *after, size_t details,
                           FILE *out)
{
    struct rows rows;

    if (rows_init(&rows, before, after) < 0)
        return -1;
    snapshot_compare(before, after, add_to_rows, &rows);
    print_rows(out, &rows);
    rows_release(&rows);
    if (details)
        print_new(out, before, after, details);
    return report_end(out);
}
