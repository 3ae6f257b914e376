// map.c - a map of the heap: each page as rows of slots, one character each.
//
// Pages are named by their number, so the map of a program that does the same
// twice is the same, but for the addresses of single objects.

#include "core/heap.h"
#include "rc/code.h"
#include "rc/container.h"
#include "rc/sight.h"
#include "rc/value.h"
#include "rc/weakref.h"
#include "sight/label.h"
#include "sight/names.h"
#include "sight/report.h"

#include <inttypes.h>

enum { SLOTS_IN_ROW = 64 };

static const struct letter {
    char letter;
    const rc_type *type;
} letters[] = {
    {'i', &rc_int_type},      {'f', &rc_float_type},     {'s', &rc_str_type},
    {'t', &rc_tuple_type},    {'l', &rc_list_type},      {'d', &rc_dict_type},
    {'e', &rc_set_type},      {'z', &rc_frozenset_type}, {'c', &rc_cell_type},
    {'F', &rc_function_type}, {'B', &rc_builtin_type},   {'C', &rc_class_type},
    {'I', &rc_instance_type}, {'M', &rc_module_type},    {'R', &rc_frame_type},
    {'w', &rc_weakref_type},
};
enum { LETTERS = sizeof(letters) / sizeof(*letters) };

static bool is_shown(const rc_object *o)
{
    return object_is_live(o) && !gc_hides(o);
}

static char letter_of(const rc_object *o)
{
    if (!is_shown(o))
        return '.';
    for (size_t i = 0; i < LETTERS; i++) {
        if (letters[i].type == o->type)
            return letters[i].letter;
    }
    return 'o';
}

static void print_legend(FILE *out)
{
    fputs("letters: . free, o other", out);
    for (size_t i = 0; i < LETTERS; i++)
        fprintf(out, ", %c %s", letters[i].letter, letters[i].type->name);
    fputs("\n", out);
}

static void print_object(FILE *out, rc_object *o)
{
    struct label what = {0};

    label_add_text(&what, name_of_type(o), 30);
    label_add(&what, " ");
    label_add_contents(&what, o, 40);
    fprintf(out, "  0x%" PRIxPTR " %zu bytes, ", (uintptr_t)o, object_bytes(o));
    if (is_immortal(o))
        fputs("immortal", out);
    else
        fprintf(out, "count %u", count_of(o));
    fprintf(out, ": %s\n", what.text);
}

// ---- pages ----

static size_t live_slots(const struct page *p)
{
    size_t n = 0;

    for (uint32_t at = 0; at < p->fresh; at += p->slot_bytes)
        n += is_shown((const rc_object *)(const void *)(p->start + at));
    return n;
}

static const char *state_of(const struct page *p)
{
    if (p->is_frozen)
        return ", frozen";
    return p->state == PAGE_CURRENT ? ", in use for new objects" : "";
}

static void print_slots(FILE *out, const struct page *p)
{
    size_t n = p->fresh / p->slot_bytes;

    for (size_t i = 0; i < n; i++) {
        const void *slot = p->start + i * p->slot_bytes;

        if (i % SLOTS_IN_ROW == 0)
            fputs(i ? "\n  " : "  ", out);
        fputc(letter_of(slot), out);
    }
    fputs(n ? "\n" : "", out);
}

static void print_page_objects(FILE *out, const struct page *p)
{
    for (uint32_t at = 0; at < p->fresh; at += p->slot_bytes) {
        rc_object *o = (rc_object *)(void *)(p->start + at);

        if (is_shown(o))
            print_object(out, o);
    }
}

static void print_page(FILE *out, const struct range *r, const struct page *p,
                       bool with_objects)
{
    size_t slots = p->end / p->slot_bytes;
    size_t never_used = slots - p->fresh / p->slot_bytes;

    fprintf(out, "page %td: %zu of %zu slots of %d bytes used", p - r->pages,
            live_slots(p), slots, p->slot_bytes);
    if (never_used)
        fprintf(out, ", the last %zu never", never_used);
    fprintf(out, "%s\n", state_of(p));
    print_slots(out, p);
    if (with_objects)
        print_page_objects(out, p);
}

static void print_range(FILE *out, const char *what, const struct range *r,
                        bool with_objects)
{
    size_t in_use = 0;

    for (size_t i = 0; i < range_pages(r); i++)
        in_use += page_is_in_use(&r->pages[i]);
    fprintf(out, "%s: %zu pages in use, %zu kept\n", what, in_use, r->kept);
    for (size_t i = 0; i < range_pages(r); i++) {
        if (page_is_in_use(&r->pages[i]))
            print_page(out, r, &r->pages[i], with_objects);
    }
}

// ---- large objects ----

static size_t live_large(void)
{
    size_t n = 0;

    for (struct large *l = heap.large; l; l = l->next)
        n += is_shown(large_object(l));
    return n;
}

static void print_large(FILE *out, bool with_objects)
{
    size_t n = 0;

    fprintf(out, "large: %zu objects\n", live_large());
    for (struct large *l = heap.large; l; l = l->next) {
        if (!is_shown(large_object(l)))
            continue;
        if (n % SLOTS_IN_ROW == 0)
            fputs(n ? "\n  " : "  ", out);
        fputc(letter_of(large_object(l)), out);
        n++;
    }
    fputs(n ? "\n" : "", out);
    for (struct large *l = heap.large; l && with_objects; l = l->next) {
        if (is_shown(large_object(l)))
            print_object(out, large_object(l));
    }
}

int rc_heap_map(FILE *out, bool with_objects)
{
    print_legend(out);
    print_range(out, "containers", &heap.containers, with_objects);
    print_range(out, "leaves", &heap.leaves, with_objects);
    print_large(out, with_objects);
    return report_end(out);
}
