// names.c - how a reader calls things: an object, a place, a value.
//
// in     a symbol or a place, and the state in which it is looked at
// out    what stands in the source for it: "list", "self->items", "make()"

#include "flow/trail.h"

#include "base/buf.h"

const char *callee_name(const struct engine *e, const struct ir_ins *call)
{
    return call && call->op == IR_CALL && call->ref
               ? e->ir->decls[call->ref].name
               : "";
}

static void name_place(struct engine *e, const struct state *s, struct buf *b,
                       uint32_t loc);

uint32_t variable_of(const struct engine *e, const struct state *s,
                     uint32_t sym)
{
    for (uint32_t i = 0; s && i < s->nstore; i++) {
        const struct loc *l = &e->syms.locs[s->store[i].loc];

        if (s->store[i].v.sym == sym && l->kind == LOC_LOCAL
            && !e->fn->locals[l->ref].is_hidden)
            return s->store[i].loc;
    }
    return 0;
}

static void name_pointer(struct engine *e, const struct state *s, struct buf *b,
                         uint32_t sym)
{
    const struct sym *y = &e->syms.syms[sym];
    const struct ir_ins *call;
    uint32_t variable = variable_of(e, s, sym);

    if (variable) {
        name_place(e, s, b, variable);
        return;
    }
    switch (y->kind) {
    case SYM_INIT:
    case SYM_AFTER:
    case SYM_JOIN:
        name_place(e, s, b, y->loc);
        return;
    case SYM_ADDR:
        buf_str(b, "&");
        name_place(e, s, b, y->loc);
        return;
    case SYM_SITE:
        call = engine_ins(e, y->site);
        buf_str(b, callee_name(e, call)[0] ? callee_name(e, call) : "?");
        return;
    case SYM_PURE:
        buf_str(b, e->ir->decls[y->site].name);
        return;
    default:
        buf_str(b, "?");
    }
}

// The variable that an index was read from; nothing for a computed one.
static void name_index(struct engine *e, const struct state *s, struct buf *b,
                       uint32_t sym)
{
    const struct sym *y = &e->syms.syms[sym];
    uint32_t variable = variable_of(e, s, sym);

    if (!variable && (y->kind == SYM_INIT || y->kind == SYM_JOIN)
        && e->syms.locs[y->loc].kind == LOC_LOCAL)
        variable = y->loc;
    if (variable)
        name_place(e, s, b, variable);
}

// Items inside of an object of the API, in an array or behind a pointer.
static bool is_item_field(const struct engine *e, const struct loc *l,
                          enum ir_type_kind kind)
{
    const struct ir_record *rec;
    const struct ir_field *field;

    if (l->kind != LOC_FIELD || e->syms.locs[l->base].kind != LOC_DEREF)
        return false;
    rec = &e->ir->records[l->ref];
    field = &rec->fields[l->field];
    return field->type && e->ir->types[field->type].kind == kind
           && rules_field(e->u->rules, rec->name, field->name);
}

// The object whose items a pointer leads to; 0 when it is another pointer.
static uint32_t items_of(const struct engine *e, uint32_t pointer)
{
    const struct sym *y = &e->syms.syms[pointer];
    const struct loc *l = &e->syms.locs[y->loc];

    if ((y->kind != SYM_INIT && y->kind != SYM_AFTER)
        || !is_item_field(e, l, IR_TYPE_POINTER))
        return 0;
    return e->syms.locs[l->base].ref;
}

// p of p->x: the variable by which the source calls it, as long as it holds
// that object or nothing any more.
static bool is_called_via(const struct engine *e, const struct state *s,
                          const struct loc *field)
{
    if (!field->via)
        return false;
    for (uint32_t i = 0; s && i < s->nstore; i++)
        if (s->store[i].loc == field->via)
            return s->store[i].v.sym == e->syms.locs[field->base].ref;
    return true;
}

static void name_part(struct engine *e, const struct state *s, struct buf *b,
                      uint32_t n, bool item)
{
    const struct loc l = e->syms.locs[n];

    switch (l.kind) {
    case LOC_LOCAL:
        buf_str(b, e->fn->locals[l.ref].name);
        break;
    case LOC_GLOBAL:
        buf_str(b, e->u->globals[l.ref] && e->u->globals[l.ref]->shown[0]
                       ? e->u->globals[l.ref]->shown
                       : e->ir->globals[l.ref].name);
        break;
    case LOC_DEREF:
        if (items_of(e, l.ref)) {
            name_pointer(e, s, b, items_of(e, l.ref));
            buf_str(b, item ? "" : "[0]");
            break;
        }
        buf_str(b, "*");
        name_pointer(e, s, b, l.ref);
        break;
    case LOC_FIELD:
        if (is_item_field(e, &l, IR_TYPE_ARRAY)) {
            // The items of an object are known by their index alone.
            name_pointer(e, s, b, e->syms.locs[l.base].ref);
            buf_str(b, item ? "" : "[0]");
            break;
        }
        if (is_called_via(e, s, &l)) {
            name_place(e, s, b, l.via);
            buf_str(b, "->");
        } else if (e->syms.locs[l.base].kind == LOC_DEREF) {
            name_pointer(e, s, b, e->syms.locs[l.base].ref);
            buf_str(b, "->");
        } else {
            name_place(e, s, b, l.base);
            buf_str(b, ".");
        }
        buf_str(b, e->ir->records[l.ref].fields[l.field].name);
        break;
    case LOC_ELEM:
        if (e->syms.locs[l.base].kind == LOC_DEREF
            && !items_of(e, e->syms.locs[l.base].ref))
            name_pointer(e, s, b, e->syms.locs[l.base].ref);
        else
            name_part(e, s, b, l.base, true);
        buf_str(b, "[");
        if (l.index.sym)
            name_index(e, s, b, l.index.sym);
        else
            buf_printf(b, "%lld", (long long)l.index.num);
        buf_str(b, "]");
        break;
    default:
        buf_str(b, "?");
    }
}

static void name_place(struct engine *e, const struct state *s, struct buf *b,
                       uint32_t n)
{
    name_part(e, s, b, n, false);
}

const char *place_name(struct engine *e, const struct state *s, uint32_t loc)
{
    struct buf b = {.arena = e->results};

    name_place(e, s, &b, loc);
    return buf_text(&b);
}

void name_object(const struct engine *e, const struct state *s, struct ref *ref)
{
    uint32_t variable = variable_of(e, s, ref->sym);

    if (variable && !(ref->name && e->syms.locs[ref->name].kind == LOC_LOCAL))
        ref->name = variable;
}

uint32_t loaded_from(struct engine *e, const struct run *r, uint32_t temp)
{
    const struct ir_ins *m = ir_maker(&e->fn->blocks[r->block], temp);

    return m && m->op == IR_LOAD ? place_of(e, run_temp(e, r, m->a)) : 0;
}

void name_operand(struct engine *e, const struct run *r, struct ref *ref)
{
    uint32_t loc = r->temps ? loaded_from(e, r, r->operand) : 0;
    const struct loc *l = &e->syms.locs[loc];

    if (loc && l->kind == LOC_LOCAL && !e->fn->locals[l->ref].is_hidden)
        ref->name = loc;
    else
        name_object(e, r->st, ref);
}

const char *object_name(struct engine *e, const struct state *s,
                        const struct ref *ref)
{
    struct buf b = {.arena = e->results};
    const struct sym *y = &e->syms.syms[ref->sym];

    if (ref->name) {
        const char *name = place_name(e, s, ref->name);

        if (name[0])
            return name;
    }
    if (y->kind == SYM_ADDR)
        name_place(e, s, &b, y->loc);
    else
        name_pointer(e, s, &b, ref->sym);
    return buf_text(&b);
}

// The variable whose address a call was given, to store a value there; 0 when
// it is none.
static uint32_t filled_by_call(struct engine *e, const struct sym *y)
{
    const struct ir_ins *call =
        y->kind == SYM_SITE && y->slot > 0 ? engine_ins(e, y->site) : NULL;
    const struct ir_block *b = &e->fn->blocks[e->site_block[y->site]];
    const struct ir_ins *m;

    if (!call || call->op != IR_CALL || y->slot > call->nargs)
        return 0;
    m = ir_maker(b, call->args[y->slot - 1]);
    while (m && m->op == IR_CAST)
        m = ir_maker(b, m->a);
    return m && m->op == IR_LOCAL && !e->fn->locals[m->ref].is_hidden
               ? loc_local(&e->syms, m->ref)
               : 0;
}

const char *name_of_value(struct engine *e, struct value v)
{
    const struct sym *y = &e->syms.syms[v.sym];
    const char *callee;

    if (!v.sym)
        return arena_printf(e->results, "%lld", (long long)v.num);
    if (y->kind == SYM_INIT || y->kind == SYM_AFTER || y->kind == SYM_JOIN) {
        const char *place = place_name(e, NULL, y->loc);

        return place[0] ? arena_printf(e->results, "'%s'", place) : "";
    }
    if (filled_by_call(e, y))
        return arena_printf(e->results, "'%s'",
                            place_name(e, NULL, filled_by_call(e, y)));
    if (y->kind == SYM_ADDR && e->syms.locs[y->loc].kind == LOC_GLOBAL) {
        uint32_t global = e->syms.locs[y->loc].ref;
        const struct global_rule *rule = e->u->globals[global];

        return rule && rule->shown[0]
                   ? rule->shown
                   : arena_printf(e->results, "&%s",
                                  place_name(e, NULL, y->loc));
    }
    callee = y->kind == SYM_SITE && y->slot == 0
                 ? callee_name(e, engine_ins(e, y->site))
             : y->kind == SYM_PURE ? e->ir->decls[y->site].name
                                   : "";
    return callee[0] ? arena_printf(e->results, "%s()", callee) : "";
}
