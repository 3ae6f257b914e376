// documented.c - the GTK-Doc comment of a function into its contract.
//
// in     a declaration with its comment
// out    the contract that the same annotations would give, said in part
//
// Bindings are made of these comments, so what they say is true as far as it
// goes; it is not far enough to blame a body for.

#include "contract/declared.h"
#include "contract/gtkdoc.h"

#include <string.h>

struct documented {
    const struct declared_in *in;
    const struct ir_decl *decl;
    void (*wrong)(void *arg, struct ir_pos pos, const char *text);
    void *arg;
    struct ir_note *notes;
    uint32_t nnotes;
};

static const struct ir_note *comment_of(const struct ir_decl *decl)
{
    for (uint32_t i = 0; i < decl->nnotes; i++)
        if (strncmp(decl->notes[i].text, "gtk-doc:", 8) == 0)
            return &decl->notes[i];
    return NULL;
}

static int param_named(const struct ir_decl *d, const char *name)
{
    for (uint32_t p = 0; p < d->nparams; p++)
        if (strcmp(d->params[p].name, name) == 0)
            return (int)p + 1;
    return -1;
}

static bool is_counted(const struct documented *k, uint32_t type)
{
    return rules_counted_pointer(k->in->rules, k->in->unit, type);
}

// Is the thing counted that the item is about?
static bool is_ours(const struct documented *k, const struct gtkdoc_item *item,
                    int param)
{
    uint32_t type = param ? k->decl->params[param - 1].type : k->decl->result;
    const struct ir_type *t = &k->in->unit->types[type];

    if (item->direction == DIRECTION_IN)
        return is_counted(k, type);
    return t->kind == IR_TYPE_POINTER && is_counted(k, t->target);
}

static void add_note(struct documented *k, const struct gtkdoc_item *item,
                     int param, struct ir_pos pos)
{
    const char *effect = gtkdoc_effect(item);
    const struct ir_type *result = &k->in->unit->types[k->decl->result];
    // Many do not say (nullable): a result without it that nobody tests is
    // no finding.
    const char *more = !param && !item->is_nullable ? " : misuse" : "";

    if (!*effect || !is_ours(k, item, param))
        return;
    // Whether it is written when the result says failure, nobody says.
    if (item->direction != DIRECTION_IN && result->kind != IR_TYPE_VOID)
        effect = "escape?";
    k->notes[k->nnotes++] = (struct ir_note){
        .param = param,
        .pos = pos,
        .text = arena_printf(k->in->arena, "refcheck-part:%s%s", effect, more)};
}

static void add_item(struct documented *k, const struct gtkdoc_item *item,
                     bool *seen, struct ir_pos pos)
{
    int param = *item->name ? param_named(k->decl, item->name) : 0;
    const char *wrong = item->wrong;

    if (param < 0)
        wrong = arena_printf(k->in->arena, "'%.60s' has no parameter '%.60s'",
                             k->decl->name, item->name);
    else if (!wrong && seen[param])
        wrong = arena_printf(
            k->in->arena, "%s%.60s%s has annotations already", param ? "'" : "",
            param ? item->name : "the result", param ? "'" : "");
    if (wrong) {
        k->wrong(k->arg, pos, wrong);
        return;
    }
    seen[param] = true;
    add_note(k, item, param, pos);
}

static void read_comment(struct documented *k, const struct ir_note *comment)
{
    struct gtkdoc g = {.arena = k->in->arena, .at = comment->text + 8};
    bool *seen = arena_array(k->in->arena, bool, k->decl->nparams + 1);
    struct gtkdoc_item item;

    while (gtkdoc_next(&g, &item)) {
        struct ir_pos pos = {.file = comment->pos.file,
                             .line = comment->pos.line + (uint32_t)item.line,
                             .col = 1};

        add_item(k, &item, seen, pos);
    }
}

static bool concerns(const struct documented *k, uint32_t type)
{
    const struct ir_type *t = &k->in->unit->types[type];

    return is_counted(k, type)
           || (t->kind == IR_TYPE_POINTER && is_counted(k, t->target));
}

// Does it pass anything counted at all?
static bool passes_counted(const struct documented *k)
{
    if (concerns(k, k->decl->result))
        return true;
    for (uint32_t p = 0; p < k->decl->nparams; p++)
        if (concerns(k, k->decl->params[p].type))
            return true;
    return false;
}

void contract_documented(const struct declared_in *in,
                         const struct ir_decl *decl, struct contract **ret,
                         void (*wrong)(void *arg, struct ir_pos pos,
                                       const char *text),
                         void *arg)
{
    const struct ir_note *comment = comment_of(decl);
    struct documented k = {.in = in, .decl = decl, .wrong = wrong, .arg = arg};
    struct ir_decl said = *decl;
    struct err err;

    *ret = NULL;
    if (!comment || !passes_counted(&k))
        return;
    k.notes = arena_array(in->arena, struct ir_note, decl->nparams + 1);
    read_comment(&k, comment);
    said.notes = k.notes;
    said.nnotes = k.nnotes;
    if (k.nnotes && contract_declared(in, &said, ret, &err) < 0)
        wrong(arg, comment->pos, err.text);
    else if (*ret)
        (*ret)->documented = true;
}
