// summary.c - the closing lines: what was found, and what was not looked at.
// See report_summary. What went as it should takes few words; whatever was
// left out is named, so that silence is never mistaken for health.

#include "base/buf.h"
#include "report/report.h"

#include <string.h>

// 1234567 -> "1,234,567"
static const char *number(struct arena *a, size_t n)
{
    const char *digits = arena_printf(a, "%zu", n);
    struct buf b = {.arena = a};

    for (size_t left = strlen(digits); left > 0; left--, digits++) {
        buf_add(&b, digits, 1);
        if (left > 1 && left % 3 == 1)
            buf_str(&b, ",");
    }
    return buf_text(&b);
}

// "3 findings", "1 finding", "no findings"
static const char *counted(struct arena *a, size_t n, const char *what)
{
    if (n == 0)
        return arena_printf(a, "no %ss", what);
    return arena_printf(a, "%s %s%s", number(a, n), what, n == 1 ? "" : "s");
}

// Parts in brackets: " (2 certain, 1 likely)". Nothing when there are none.
struct parts {
    struct buf text;
};

static void part(struct parts *p, size_t n, const char *what)
{
    if (n == 0)
        return;
    buf_printf(&p->text, "%s%s %s", p->text.len ? ", " : " (",
               number(p->text.arena, n), what);
}

static const char *parts_text(struct parts *p)
{
    if (p->text.len)
        buf_str(&p->text, ")");
    return buf_text(&p->text);
}

static const char *findings_line(struct arena *a,
                                 const struct finding_list *list)
{
    struct parts p = {.text.arena = a};
    size_t tiers[TIERS] = {0};
    size_t only_oom = 0;

    for (size_t i = 0; i < list->count; i++) {
        tiers[list->items[i].tier]++;
        only_oom += list->items[i].only_oom;
    }
    for (int t = 0; t < TIERS; t++)
        part(&p, tiers[t], tier_name((enum tier)t));
    part(&p, only_oom, "only when memory runs out");
    return arena_printf(a, "%s%s", counted(a, list->count, "finding"),
                        parts_text(&p));
}

static const char *functions_line(struct arena *a, const struct coverage *c)
{
    struct parts p = {.text.arena = a};
    size_t known = c->analysed + c->irrelevant + c->unparsed + c->cut;

    if (c->functions == 0)
        return "no functions";
    part(&p, c->irrelevant,
         c->irrelevant == 1 ? "touches no counted objects"
                            : "touch no counted objects");
    part(&p, c->unparsed, "not parsed");
    part(&p, c->cut, "cut by the budget");
    if (known < c->functions)
        part(&p, c->functions - known, "not reached");
    if (c->analysed == c->functions)
        return arena_printf(a, "%s analysed",
                            counted(a, c->functions, "function"));
    return arena_printf(a, "%s of %s analysed%s", number(a, c->analysed),
                        counted(a, c->functions, "function"), parts_text(&p));
}

static const char *calls_line(struct arena *a, const struct coverage *c)
{
    if (c->calls == 0)
        return "no calls with counted objects";
    if (c->calls_unknown == 0)
        return arena_printf(a, "%s, all known", counted(a, c->calls, "call"));
    return arena_printf(a, "%s of %s unknown", number(a, c->calls_unknown),
                        counted(a, c->calls, "call"));
}

void report_summary(FILE *out, const struct finding_list *list,
                    const struct coverage *c, const struct report_options *o)
{
    struct arena a = {0};

    (void)o; // the same in every style
    fprintf(out, "%s in %s; %s; %s\n", findings_line(&a, list),
            counted(&a, c->units, "unit"), functions_line(&a, c),
            calls_line(&a, c));
    if (c->units_failed)
        fprintf(out, "%s of %s could not be analysed\n",
                number(&a, c->units_failed), counted(&a, c->units, "unit"));
    arena_release(&a);
}
