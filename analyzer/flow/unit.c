// unit.c - what holds for a whole unit, read off its tables and types.
//
// in     the IR of a unit, the rules
// out    counted types, contracts by function; roles.c, owned.c, reach.c and
//        changed.c add what they are about

#include "flow/unit.h"

#include "contract/declared.h"

#include <string.h>

static void find_counted(struct flow_unit *u)
{
    const struct ir_unit *ir = u->ir;

    u->counted_record = arena_array(u->arena, bool, ir->nrecords + 1);
    u->counted_pointer = arena_array(u->arena, bool, ir->ntypes + 1);
    for (uint32_t r = 1; r <= ir->nrecords; r++)
        u->counted_record[r] = rules_counted_record(u->rules, ir, r);
    for (uint32_t t = 1; t <= ir->ntypes; t++) {
        const struct ir_type *type = &ir->types[t];
        const struct ir_type *to;

        if (type->kind != IR_TYPE_POINTER || !type->target)
            continue;
        to = &ir->types[type->target];
        u->counted_pointer[t] =
            to->kind == IR_TYPE_RECORD && u->counted_record[to->record];
    }
}

static const struct contract *by_rules(const struct flow_unit *u,
                                       const struct ir_decl *d)
{
    const struct contract *c = rules_find(u->rules, d->name, u->version);
    size_t n = c ? strlen(c->name) : 0;

    // A row for a whole group of names says what its members must do, not more
    // than the body of one shows.
    return n && c->name[n - 1] == '*' && d->fn ? NULL : c;
}

// The family whose objects a function passes, else one that the unit knows.
static const struct family *family_of(const struct flow_unit *u,
                                      const struct ir_decl *d)
{
    const struct family *f = rules_family(u->rules, u->ir, d->result);

    for (uint32_t p = 0; !f && p < d->nparams; p++)
        f = rules_family(u->rules, u->ir, d->params[p].type);
    for (uint32_t t = 1; !f && t <= u->ir->ntypes; t++)
        f = rules_family(u->rules, u->ir, t);
    return f;
}

// The place of the annotation that an error is about, and its bare text.
static struct ir_problem wrong_note(const struct flow_unit *u,
                                    const struct declared_in *in,
                                    const struct ir_decl *d, const char *text)
{
    struct ir_problem p = {.pos = d->pos};
    const char *bare = text;

    for (uint32_t i = 0; i <= d->nnotes; i++) {
        struct ir_pos pos = i < d->nnotes ? d->notes[i].pos : d->pos;
        const char *place =
            arena_printf(u->arena, "%s:%u: ", declared_path(in, pos), pos.line);

        if (strncmp(text, place, strlen(place)) != 0)
            continue;
        p.pos = pos;
        bare = text + strlen(place);
        break;
    }
    p.text = arena_printf(u->arena, "annotation of '%.60s' is not heeded: %s",
                          d->name, bare);
    return p;
}

static void warn(void *arg, struct ir_pos pos, const char *text)
{
    struct flow_unit *u = arg;
    struct ir_problem p = {
        pos, arena_printf(u->arena, "comment is not heeded: %s", text)};

    arena_push(u->arena, u->warnings, u->nwarnings, u->warnings_cap, p);
}

// What the project's own declarations say is the strongest source of all; what
// a foreign header says, and what attributes of other tools say in part, the
// rules know better.
static void find_declared(struct flow_unit *u, uint32_t decl)
{
    const struct ir_decl *d = &u->ir->decls[decl];
    struct declared_in in = {
        .arena = u->arena, .unit = u->ir, .dir = "", .rules = u->rules};
    struct contract *c;
    struct err err;

    if (!d->nnotes || (d->is_foreign && u->contracts[decl]))
        return;
    in.family = family_of(u, d);
    if (!declared_speaks(d)) {
        contract_documented(&in, d, &c, warn, u);
    } else if (contract_declared(&in, d, &c, &err) < 0) {
        struct ir_problem p = wrong_note(u, &in, d, err.text);

        arena_push(u->arena, u->problems, u->nproblems, u->problems_cap, p);
        return;
    }
    if (c && !(c->partial && u->contracts[decl]))
        u->contracts[decl] = c;
}

static void find_contracts(struct flow_unit *u)
{
    u->contracts =
        arena_array(u->arena, const struct contract *, u->ir->ndecls + 1);
    u->promises =
        arena_array(u->arena, const struct contract *, u->ir->ndecls + 1);
    for (uint32_t d = 1; d <= u->ir->ndecls; d++) {
        u->contracts[d] = by_rules(u, &u->ir->decls[d]);
        find_declared(u, d);
        // Who is right where a comment and a body differ, is not known.
        if (u->contracts[d] && !u->contracts[d]->documented)
            u->promises[d] = u->contracts[d];
    }
    u->globals =
        arena_array(u->arena, const struct global_rule *, u->ir->nglobals + 1);
    for (uint32_t g = 1; g <= u->ir->nglobals; g++)
        if (u->ir->globals[g].is_foreign)
            u->globals[g] =
                rules_global(u->rules, u->ir->globals[g].name, u->version);
}

static const struct contract *convention(struct flow_unit *u,
                                         const struct family *family,
                                         struct effect result)
{
    struct contract *c = arena_new(u->arena, struct contract);
    struct err err;

    *c = (struct contract){.name = "",
                           .family = family->name,
                           .file = "",
                           .prefer = "",
                           .note = "",
                           .nargs = 1,
                           .repeats = true,
                           .result = result,
                           .weak = true};
    c->args = arena_array(u->arena, struct effect, 1);
    c->args[0] = family->convention_arg;
    return contract_complete(u->arena, c, family, &err) < 0 ? NULL : c;
}

static void find_conventions(struct flow_unit *u)
{
    for (size_t f = 0; f < u->rules->nfamilies; f++) {
        const struct family *family = &u->rules->families[f];

        if (!family->has_convention)
            continue;
        u->makers = convention(u, family, family->convention_result);
        u->users = convention(u, family, (struct effect){.kind = EFFECT_PLAIN});
    }
}

struct flow_unit *flow_unit_new(struct arena *a, const struct ir_unit *unit,
                                const struct rules *rules)
{
    struct flow_unit *u = arena_new(a, struct flow_unit);

    u->arena = a;
    u->ir = unit;
    u->rules = rules;
    u->version = rules_unit_version(rules, u->ir);
    find_counted(u);
    find_contracts(u);
    find_conventions(u);
    flow_find_roles(u);
    flow_find_owned(u);
    u->setup = flow_with_helpers(u, TRAIT_ROLE_SETUP);
    u->ending = flow_with_helpers(u, TRAIT_ROLE_DEALLOC | TRAIT_ROLE_CLEAR);
    flow_find_reach(u);
    flow_find_changed(u);
    flow_find_passed(u);
    return u;
}

// A convention speaks of counted arguments and results.
static const struct contract *by_convention(const struct flow_unit *u,
                                            uint32_t decl)
{
    const struct ir_decl *d = &u->ir->decls[decl];

    if (u->counted_pointer[d->result])
        return u->makers;
    for (uint32_t p = 0; p < d->nparams; p++)
        if (u->counted_pointer[d->params[p].type])
            return u->users;
    return NULL;
}

const struct contract *flow_contract(const struct flow_unit *u, uint32_t decl)
{
    if (u->contracts[decl])
        return u->contracts[decl];
    // The project's own functions keep conventions of their own: a body says
    // what it does, and one that is out of sight, nobody knows.
    if (u->ir->decls[decl].fn || !u->ir->decls[decl].is_foreign)
        return NULL;
    return by_convention(u, decl);
}

bool flow_ruled(const struct flow_unit *u, uint32_t decl)
{
    const struct contract *c = u->contracts[decl];

    return c && !c->inferred && !c->weak;
}

void flow_set_contract(struct flow_unit *u, uint32_t decl,
                       const struct contract *c)
{
    u->contracts[decl] = c;
}

const struct ir_problem *flow_problems(const struct flow_unit *u,
                                       size_t *ret_count)
{
    *ret_count = u->nproblems;
    return u->problems;
}

const struct ir_problem *flow_warnings(const struct flow_unit *u,
                                       size_t *ret_count)
{
    *ret_count = u->nwarnings;
    return u->warnings;
}

const struct contract *flow_role(const struct flow_unit *u, uint32_t decl)
{
    return u->roles[decl];
}

bool flow_counted_pointer(const struct flow_unit *u, uint32_t type)
{
    return u->counted_pointer[type];
}

// Functions of other units are those without a body here that the project
// declares.
static bool is_elsewhere(const struct flow_unit *u, uint32_t decl)
{
    const struct ir_decl *d = &u->ir->decls[decl];

    return !d->fn && !d->is_foreign && !d->is_static && d->name[0];
}

bool flow_learn(struct flow_unit *u, const struct rules *facts, bool *changed)
{
    for (uint32_t d = 1; d <= u->ir->ndecls; d++) {
        const struct contract *old = u->contracts[d];
        const struct contract *c;
        struct contract *mine;

        if (!is_elsewhere(u, d) || (old && !old->inferred && !old->weak))
            continue;
        c = rules_find(facts, u->ir->decls[d].name, 0);
        if (!c || c->nargs != (int)u->ir->decls[d].nparams
            || (old && contract_alike(old, c, 0)))
            continue;
        mine = arena_new(u->arena, struct contract);
        *mine = *c;
        mine->inferred = true;
        u->contracts[d] = mine;
        changed[d] = true;
    }
    return flow_own_by_rules(u, facts);
}
