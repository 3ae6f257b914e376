// holders.c - who holds an object: one walk over the heap, which compares each
// reference of each container; names are only made for those that match.

#include "core/heap.h"
#include "rc/sight.h"
#include "sight/edges.h"
#include "sight/report.h"

#include <inttypes.h>

struct question {
    const rc_object *wanted;
    rc_edge_visit visit;
    void *arg;
    size_t found;
};

static int count_match(rc_object *child, void *arg)
{
    struct question *q = arg;

    q->found += child == q->wanted;
    return 0;
}

static int show_match(const struct edge *e, void *arg)
{
    const struct question *q = arg;
    struct label label;

    if (e->to != q->wanted)
        return 0;
    edge_label(e, &label);
    return q->visit(e->from, e->to, label.text, q->arg);
}

static int ask(rc_object *o, void *arg)
{
    struct question *q = arg;
    size_t before = q->found;

    if (!is_container(o))
        return 0;
    object_visit(o, count_match, q);
    if (q->found == before || !q->visit)
        return 0;
    return edges_each(o, show_match, q);
}

int rc_who_holds(rc_object *o, rc_edge_visit visit, void *arg,
                 struct rc_holders *ret_holders)
{
    struct question q = {.wanted = o, .visit = visit, .arg = arg};
    struct rc_holders holders;
    int r = heap_each(ask, &q);

    if (r)
        return r;
    holders.count = is_immortal(o) ? RC_COUNT_IMMORTAL : count_of(o);
    holders.explained = q.found;
    holders.outside = 0;
    if (!is_immortal(o) && holders.count > q.found)
        holders.outside = holders.count - q.found;
    *ret_holders = holders;
    return 0;
}

// ---- as text ----

static int print_holder(rc_object *from, rc_object *to, const char *label,
                        void *arg)
{
    struct label holder = {0};

    (void)to;
    label_add_object(&holder, from);
    fprintf(arg, "  %s of %s\n", label, holder.text);
    return 0;
}

static void print_sum(const rc_object *o, const struct rc_holders *h, FILE *out)
{
    if (is_immortal(o))
        fprintf(out, "immortal: not counted, %zu references found\n",
                h->explained);
    else if (h->explained > h->count)
        fprintf(out,
                "count %zu, but %zu references found: it was given back too "
                "often\n",
                h->count, h->explained);
    else
        fprintf(out,
                "count %zu: %zu from objects, %zu from outside (C code, the "
                "runtime, leaks)\n",
                h->count, h->explained, h->outside);
}

int rc_print_holders(rc_object *o, FILE *out)
{
    struct label what = {0};
    struct rc_holders holders = {0};

    label_add_object(&what, o);
    fprintf(out, "%s is held by\n", what.text);
    rc_who_holds(o, print_holder, out, &holders);
    print_sum(o, &holders, out);
    return report_end(out);
}
