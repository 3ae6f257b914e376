// leaks.c - who is still alive at the end, and why: objects that somebody
// outside of the heap holds, then cycles, then what only these keep.

#include "audit/audit.h"
#include "audit/hooks.h"
#include "sight/label.h"
#include "sight/scc.h"

#include <inttypes.h>
#include <stdlib.h>

struct heap_list {
    rc_object **objects;
    size_t n, room;
};

struct leaks {
    FILE *out;
    struct heap_list list;
    struct links links;
    struct scc scc;
    uint32_t *inner; // references from objects of the list, for each
};

static int count_one(rc_object *o, void *arg)
{
    size_t *n = arg;

    *n += !is_immortal(o);
    return 0;
}

static int add_one(rc_object *o, void *arg)
{
    struct heap_list *list = arg;

    if (!is_immortal(o) && list->n < list->room)
        list->objects[list->n++] = o;
    return 0;
}

static bool leaks_find(struct leaks *l)
{
    size_t n = 0;

    heap_each(count_one, &n);
    l->list.room = n;
    l->list.objects = calloc(n ? n : 1, sizeof(*l->list.objects));
    l->inner = calloc(n ? n : 1, sizeof(*l->inner));
    if (!l->list.objects || !l->inner)
        return false;
    heap_each(add_one, &l->list);
    if (links_find(l->list.objects, n, &l->links) < 0
        || scc_of_links(&l->links, &l->scc) < 0)
        return false;
    for (size_t i = 0; i < l->links.first[n]; i++)
        l->inner[l->links.to[i]]++;
    return true;
}

static void leaks_release(struct leaks *l)
{
    free(l->list.objects);
    free(l->inner);
    links_release(&l->links);
    scc_release(&l->scc);
}

static size_t outside_of(const struct leaks *l, size_t i)
{
    size_t count = count_of(l->list.objects[i]);

    return count > l->inner[i] ? count - l->inner[i] : 0;
}

// Somebody gave back what was not theirs: of each object that is said once.
static void check_counts(const struct leaks *l)
{
    for (size_t i = 0; audit.is_on && i < l->list.n; i++) {
        const rc_object *o = l->list.objects[i];
        struct record *r = record_of(o);

        if (count_of(o) >= l->inner[i] || (r && r->is_short))
            continue;
        if (r)
            r->is_short = true;
        report_error(RC_AUDIT_BAD_COUNT, o);
    }
}

static void say_object(const struct leaks *l, size_t i, const char *what)
{
    rc_object *o = l->list.objects[i];
    const struct record *r = record_of(o);
    const struct rc_site *s = site_at(r ? r->made : 0);
    struct label text = {.length = 0};

    label_add_object(&text, o);
    fprintf(l->out, "%s:%d: error: %s %s, made in %s() [leak]\n", s->file,
            s->line, text.text, what, s->function);
    if (r)
        say_events(l->out, r);
}

// Held from outside: the references that were never given back.
static void say_held(const struct leaks *l, size_t i)
{
    char what[96];

    snprintf(what, sizeof(what),
             "is held by %zu reference%s that no object has", outside_of(l, i),
             outside_of(l, i) == 1 ? "" : "s");
    say_object(l, i, what);
}

// The store of a reference is where it was taken last.
static uint32_t last_store(const struct record *r, uint64_t *ret_moment)
{
    uint32_t site = 0;

    *ret_moment = 0;
    for (uint32_t i = 0; r && i < r->nevents; i++) {
        if (r->events[i].taken && r->events[i].last > *ret_moment) {
            *ret_moment = r->events[i].last;
            site = r->events[i].site;
        }
    }
    return site;
}

static void say_edge(const struct leaks *l, size_t from, size_t to,
                     uint64_t closing)
{
    const struct record *r = record_of(l->list.objects[to]);
    struct label a = {.length = 0}, b = {.length = 0};
    char what[2 * LABEL_BYTES + 40];
    uint64_t moment;
    uint32_t site = last_store(r, &moment);

    label_add_object(&a, l->list.objects[from]);
    label_add_object(&b, l->list.objects[to]);
    snprintf(what, sizeof(what), "%s holds %s%s", a.text, b.text,
             moment == closing ? "; this closed the cycle" : "");
    say_site(l->out, what, site_at(site));
}

static bool is_edge_of(const struct leaks *l, uint32_t component, size_t to)
{
    return l->scc.component[to] == component;
}

// The references within a component, and which of them came last.
static void say_cycle(const struct leaks *l, uint32_t component)
{
    uint64_t closing = 0, moment;
    size_t n = l->list.n;

    fprintf(l->out, "a cycle of %" PRIu32 " object%s:\n",
            l->scc.size[component], l->scc.size[component] == 1 ? "" : "s");
    for (size_t i = 0; i < n; i++) {
        if (!is_edge_of(l, component, i))
            continue;
        (void)last_store(record_of(l->list.objects[i]), &moment);
        if (moment > closing)
            closing = moment;
    }
    for (size_t i = 0; i < n; i++) {
        for (size_t e = l->links.first[i];
             is_edge_of(l, component, i) && e < l->links.first[i + 1]; e++) {
            if (is_edge_of(l, component, l->links.to[e]))
                say_edge(l, i, l->links.to[e], closing);
        }
    }
}

// Mark what is reachable from objects that are held from outside.
static bool *reached_from_outside(const struct leaks *l)
{
    size_t n = l->list.n, depth = 0;
    bool *reached = calloc(n ? n : 1, sizeof(*reached));
    uint32_t *stack = calloc(n ? n : 1, sizeof(*stack));

    for (size_t i = 0; reached && stack && i < n; i++) {
        if (outside_of(l, i)) {
            reached[i] = true;
            stack[depth++] = (uint32_t)i;
        }
    }
    while (depth) {
        uint32_t i = stack[--depth];

        for (size_t e = l->links.first[i]; e < l->links.first[i + 1]; e++) {
            uint32_t to = l->links.to[e];

            if (reached[to])
                continue;
            reached[to] = true;
            stack[depth++] = to;
        }
    }
    free(stack);
    return reached;
}

static void say_dead_cycles(const struct leaks *l, const bool *reached)
{
    bool *is_said = calloc(l->scc.count ? l->scc.count : 1, sizeof(*is_said));

    for (size_t i = 0; is_said && i < l->list.n; i++) {
        uint32_t c = l->scc.component[i];

        if (reached[i] || is_said[c] || !l->scc.is_cyclic[c])
            continue;
        is_said[c] = true;
        fputs("only the collector can free this: ", l->out);
        say_cycle(l, c);
    }
    free(is_said);
}

static void say_all(const struct leaks *l)
{
    size_t n = l->list.n, kept = 0;

    for (size_t i = 0; i < n; i++) {
        if (outside_of(l, i))
            say_held(l, i);
        else
            kept++;
    }
    for (uint32_t c = 0; c < l->scc.count; c++) {
        if (l->scc.is_cyclic[c])
            say_cycle(l, c);
    }
    if (kept)
        fprintf(l->out, "%zu more object%s only held by these\n", kept,
                kept == 1 ? " is" : "s are");
    fprintf(l->out, "%zu object%s alive at the end\n", n,
            n == 1 ? " is" : "s are");
}

static void trace_all(const struct leaks *l)
{
    for (size_t i = 0; i < l->list.n && audit.trace; i++) {
        const rc_object *o = l->list.objects[i];
        const struct record *r = record_of(o);

        trace_leak(o, r ? r->serial : 0, count_of(o), outside_of(l, i));
    }
}

void report_dead_cycles(FILE *out)
{
    struct leaks l = {.out = out};
    uint64_t fail_at = audit.fail_at;

    audit.fail_at = 0;
    if (leaks_find(&l)) {
        bool *reached = reached_from_outside(&l);

        check_counts(&l);
        if (reached)
            say_dead_cycles(&l, reached);
        free(reached);
    }
    leaks_release(&l);
    audit.fail_at = fail_at;
}

size_t report_leaks(FILE *out)
{
    struct leaks l = {.out = out};
    uint64_t fail_at = audit.fail_at;
    size_t n = 0;

    audit.fail_at = 0;
    heap_each(count_one, &n);
    if (n && leaks_find(&l)) {
        check_counts(&l);
        if (out)
            say_all(&l);
        trace_all(&l);
    }
    leaks_release(&l);
    audit.fail_at = fail_at;
    audit.errors[RC_AUDIT_LEAK] = n;
    return n;
}
