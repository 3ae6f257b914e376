// whose.c - whose is the reference to an object?
//
// in     a symbol, and what tests on the path have found it to be
// out    its record when nothing has happened to it yet: who lends it, as told
//        by where it was found; the name under which it is owned
//
// What an argument brings, the caller lends; what a field holds, its object;
// what the rules describe as the API's own, the object of the API. Of what came
// in any other way nothing is known.

#include "flow/engine.h"

uint32_t api_owner(const struct engine *e, uint32_t loc)
{
    bool described = false;

    for (uint32_t l = loc; l; l = e->syms.locs[l].base) {
        const struct loc *p = &e->syms.locs[l];
        const struct sym *y = &e->syms.syms[p->ref];

        if (p->kind == LOC_FIELD
            && !rules_field(e->u->rules, e->ir->records[p->ref].name,
                            e->ir->records[p->ref].fields[p->field].name))
            return 0; // a field of the project's own
        described = described || p->kind == LOC_FIELD;
        if (p->kind != LOC_DEREF)
            continue;
        // Bare memory that a call gave, to be filled here, is no object.
        if (described)
            return y->kind == SYM_SITE && y->type
                           && !e->u->counted_pointer[y->type]
                       ? 0
                       : p->ref;
        // An array that a field points to: items of a list.
        return y->kind == SYM_INIT || y->kind == SYM_AFTER
                   ? api_owner(e, y->loc)
                   : 0;
    }
    return 0;
}

bool is_mutable_field(const struct engine *e, uint32_t loc)
{
    const struct loc *l = &e->syms.locs[loc];
    const struct field_rule *f;

    if (l->kind != LOC_FIELD || !e->u->counted_record[l->ref])
        return false;
    f = rules_field(e->u->rules, e->ir->records[l->ref].name,
                    e->ir->records[l->ref].fields[l->field].name);
    return f && f->is_mutable;
}

// Is it, or is it reached through, a field that other code can change?
static bool in_mutable_field(const struct engine *e, uint32_t loc)
{
    for (uint32_t l = loc; l; l = e->syms.locs[l].base) {
        const struct loc *p = &e->syms.locs[l];
        const struct sym *y = &e->syms.syms[p->ref];

        if (p->kind == LOC_FIELD)
            return is_mutable_field(e, l);
        if (p->kind == LOC_DEREF
            && (y->kind == SYM_INIT || y->kind == SYM_AFTER))
            return in_mutable_field(e, y->loc);
    }
    return false;
}

// An element of an array that was passed as an argument.
static bool is_argument(const struct engine *e, uint32_t loc)
{
    const struct loc *l = &e->syms.locs[loc];
    const struct loc *root = &e->syms.locs[l->root];
    const struct sym *y;

    if (l->kind == LOC_ELEM)
        l = &e->syms.locs[l->base];
    if (l->kind != LOC_DEREF || l != root)
        return false;
    y = &e->syms.syms[root->ref];
    return y->kind == SYM_INIT && e->syms.locs[y->loc].kind == LOC_LOCAL;
}

struct ref default_ref(const struct engine *e, uint32_t sym)
{
    const struct sym *y = &e->syms.syms[sym];
    struct ref r = {.sym = sym};
    const struct loc *root;
    uint32_t owner;

    if (y->kind == SYM_ADDR) {
        const struct loc *l = &e->syms.locs[y->loc];
        const struct global_rule *rule;

        if (l->kind != LOC_GLOBAL) {
            r.flags = REF_ESCAPED; // a local, or a part of something
            return r;
        }
        rule = e->u->globals[l->ref];
        r.lender = LENT_SYSTEM;
        r.flags = rule && rule->immortal ? REF_IMMORTAL : 0;
        return r;
    }
    if (y->kind != SYM_INIT && y->kind != SYM_AFTER) {
        r.flags = REF_ESCAPED;
        return r;
    }
    root = &e->syms.locs[e->syms.locs[y->loc].root];
    r.name = y->loc;
    owner = api_owner(e, y->loc);
    if (owner) {
        r.lender = LENT_ITEM;
        r.owner = owner;
        r.flags = in_mutable_field(e, y->loc) ? REF_MUTABLE : 0;
    } else if (root->kind == LOC_LOCAL && e->syms.locs[y->loc].base) {
        r.flags = REF_ESCAPED; // a member of a struct that came by value
    } else if (root->kind == LOC_LOCAL || (e->role && is_argument(e, y->loc))) {
        r.lender = LENT_PARAM;
    } else if (root->kind == LOC_GLOBAL && e->u->globals[root->ref]) {
        r.lender = LENT_SYSTEM;
        r.flags = e->u->globals[root->ref]->immortal ? REF_IMMORTAL : 0;
    } else {
        r.lender = LENT_FIELD;
        r.owner = y->loc;
    }
    return r;
}

struct ref ref_of(const struct engine *e, const struct state *s, uint32_t sym)
{
    const struct ref *known = ref_find(s, sym);

    return known ? *known : default_ref(e, sym);
}

// The symbol that a fact says is the same as sym; 0 when it says no such thing.
static uint32_t equal_by(const struct engine *e, const struct fact *f,
                         uint32_t sym)
{
    const struct sym *y = &e->syms.syms[f->sym];

    if (y->kind != SYM_EXPR || y->op != IR_EQ || !f->nonzero)
        return 0;
    return y->x.sym == sym ? y->y.sym : y->y.sym == sym ? y->x.sym : 0;
}

bool equals_field(const struct engine *e, const struct state *s, uint32_t sym)
{
    for (uint32_t i = 0; i < s->nfacts; i++) {
        uint32_t same = equal_by(e, &s->facts[i], sym);
        const struct sym *other = &e->syms.syms[same];

        if (same && (other->kind == SYM_INIT || other->kind == SYM_AFTER)
            && loc_is_shared(&e->syms, other->loc))
            return true;
    }
    return false;
}

bool equals_immortal(const struct engine *e, const struct state *s,
                     uint32_t sym)
{
    for (uint32_t i = 0; i < s->nfacts; i++) {
        uint32_t same = equal_by(e, &s->facts[i], sym);

        if (same && ref_of(e, s, same).flags & REF_IMMORTAL)
            return true;
    }
    return false;
}

uint32_t track_owned_as(const struct engine *e, const struct state *s,
                        uint32_t sym)
{
    const struct ref *ref = ref_find(s, sym);
    uint32_t unknown = 0;

    if (ref && (ref->held > 0 || ref->flags & REF_ESCAPED))
        return sym;
    for (uint32_t i = 0; i < s->nfacts; i++) {
        uint32_t same = equal_by(e, &s->facts[i], sym);
        struct ref other;

        if (!same)
            continue;
        other = ref_of(e, s, same);
        if (other.held > 0)
            return same;
        // Nobody knows whether we own it.
        if (other.flags & REF_ESCAPED
            && ref_of(e, s, sym).lender == LENT_SYSTEM)
            unknown = same;
    }
    return unknown ? unknown : sym;
}
