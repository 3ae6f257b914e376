// cycle.c - objects that only hold each other when a function returns.
//
// in     a return: what places hold, and the events of the path that led there
// out    a finding for each ring of objects that the function made and that
//        nothing else can reach any more
//
// An object is lost when all that holds it is lost: who holds it is read off
// the stores (a place in another object's memory) and the calls (what took it
// over or keeps it, in which argument). All objects that the path made are
// supposed to be lost; those that something else holds are taken out, until no
// more are. Of what is left, those that reach themselves are rings.
//
// An object that anything unknown happened to is not lost. Nor is one that
// was shown, after the ring closed, to code that could have broken it.

#include "flow/engine.h"

#include "base/buf.h"

#include <string.h>

enum { NODES_MOST = 24, EDGES_MOST = 96, NAMES_MOST = 64 };

// from holds to, since an event or a store.
struct edge {
    uint32_t from, to;
    uint32_t site; // of the store or the call, 1 + it; 0 = not known
    uint32_t loc;  // the place in from; 0 = inside of it, by a call
    unsigned age;  // events since then
};

struct node {
    uint32_t sym;
    int held;
    bool told;
    unsigned seen;    // events since code last saw it; 0 = none did
    uint32_t seen_at; // instruction
};

struct heap {
    struct engine *e;
    const struct state *s;
    unsigned nnodes, nedges, nputs, nfailed, nrenamed;
    struct node nodes[NODES_MOST];
    struct edge edges[EDGES_MOST];
    // On the way back along the path: what was called `was` is now `is`.
    struct {
        uint32_t was, is;
    } renamed[NAMES_MOST];
    // Calls that put anything into an object; calls that have failed.
    struct {
        uint32_t from, site;
    } puts[EDGES_MOST];
    uint32_t failed[EDGES_MOST];
    bool full; // too much to tell anything
};

static struct node *node_of(struct heap *h, uint32_t sym)
{
    for (unsigned i = 0; sym && i < h->nnodes; i++)
        if (h->nodes[i].sym == sym)
            return &h->nodes[i];
    return NULL;
}

static void drop_node(struct heap *h, struct node *n)
{
    *n = h->nodes[--h->nnodes];
}

static bool may_be_lost(const struct ref *ref)
{
    unsigned known =
        REF_ESCAPED | REF_SHARED | REF_EXPOSED | REF_IMMORTAL | REF_INTERIOR;

    return ref->flags & REF_MADE && !(ref->flags & known) && !ref->debt
           && (ref->held > 0 || ref->lender == LENT_KEPT
               || ref->lender == LENT_GIVEN);
}

static void find_nodes(struct heap *h)
{
    for (uint32_t i = 0; i < h->s->nrefs; i++) {
        const struct ref *ref = &h->s->refs[i];

        if (!may_be_lost(ref))
            continue;
        if (h->nnodes == NODES_MOST) {
            h->full = true;
            return;
        }
        h->nodes[h->nnodes++] = (struct node){ref->sym, ref->held, false, 0, 0};
    }
}

static uint32_t name_now(const struct heap *h, uint32_t sym)
{
    for (unsigned i = h->nrenamed; i > 0; i--)
        if (h->renamed[i - 1].was == sym)
            return h->renamed[i - 1].is;
    return sym;
}

static void note_renamed(struct heap *h, const struct event *v)
{
    uint32_t is = name_now(h, v->sym);

    if (h->nrenamed == NAMES_MOST) {
        h->full = true;
        return;
    }
    h->renamed[h->nrenamed].was = v->aux;
    h->renamed[h->nrenamed++].is = is;
}

static void add_edge(struct heap *h, struct edge edge)
{
    if (h->nedges == EDGES_MOST)
        h->full = true;
    else
        h->edges[h->nedges++] = edge;
}

// What an object held that is gone, it holds no more.
static bool is_gone(const struct heap *h, uint32_t sym)
{
    const struct ref *ref = sym ? ref_find(h->s, sym) : NULL;

    return ref && !(ref->flags & REF_ESCAPED)
           && own_kind(ref_own(ref)) == OWN_GONE;
}

// Is what one call puts somewhere replaced by what another puts there, under
// the same key?
static bool same_key(const struct engine *e, uint32_t site, uint32_t other)
{
    const struct ir_ins *m = engine_ins(e, site);
    const struct ir_ins *o = engine_ins(e, other);
    const struct ir_ins *k;
    const struct ir_ins *l;

    if (site == other || m->ref != o->ref || m->nargs < 3 || o->nargs < 3)
        return false;
    k = ir_maker(&e->fn->blocks[e->site_block[site]], m->args[1]);
    l = ir_maker(&e->fn->blocks[e->site_block[other]], o->args[1]);
    return k && l && k->op == l->op
           && ((k->op == IR_CONST && k->imm == l->imm)
               || (k->op == IR_STR && strcmp(k->text, l->text) == 0));
}

static bool is_replaced(const struct heap *h, uint32_t from, uint32_t site)
{
    for (unsigned i = 0; i < h->nputs; i++)
        if (h->puts[i].from == from && same_key(h->e, site, h->puts[i].site))
            return true;
    return false;
}

static void note_put(struct heap *h, uint32_t from, uint32_t site)
{
    const struct ir_ins *call = engine_ins(h->e, site);

    if (!from || !call || call->op != IR_CALL)
        return;
    if (h->nputs == EDGES_MOST) {
        h->full = true;
        return;
    }
    h->puts[h->nputs].from = from;
    h->puts[h->nputs++].site = site;
}

static void note_failed(struct heap *h, const struct event *v)
{
    const struct sym *y = &h->e->syms.syms[v->sym];

    if (y->kind != SYM_SITE || y->slot != 0)
        return;
    if (h->nfailed == EDGES_MOST)
        h->full = true;
    else
        h->failed[h->nfailed++] = y->site;
}

// The call that stores it has failed, as its result has shown.
static bool has_failed(const struct heap *h, uint32_t site)
{
    for (unsigned i = 0; i < h->nfailed; i++)
        if (h->failed[i] == site)
            return true;
    for (uint32_t i = 0; i < h->s->nfacts; i++) {
        const struct fact *f = &h->s->facts[i];
        const struct sym *y = &h->e->syms.syms[f->sym];

        if (y->kind == SYM_SITE && y->slot == 0 && y->site == site
            && (f->hi < 0 || (f->nonzero && f->hi == 0)))
            return true;
    }
    return false;
}

static void note_holder(struct heap *h, const struct event *v, uint32_t sym,
                        unsigned age)
{
    uint32_t from = v->aux ? name_now(h, v->aux) : 0;

    if (is_gone(h, from) || has_failed(h, v->site)
        || is_replaced(h, from, v->site))
        return;
    if (node_of(h, sym))
        add_edge(h, (struct edge){from, sym, v->site + 1, 0, age});
    note_put(h, from, v->site);
}

// What calls took over or keep, newest first; and who saw the objects since.
static void walk_events(struct heap *h)
{
    unsigned age = 0;

    for (const struct event *v = h->s->trail; v && !h->full; v = v->older) {
        uint32_t sym = name_now(h, v->sym);
        struct node *n = node_of(h, sym);

        age++;
        if (v->kind == EVENT_RENAMED) {
            note_renamed(h, v);
        } else if (v->kind == EVENT_NULL || v->kind == EVENT_NEGATIVE) {
            note_failed(h, v);
        } else if (v->kind == EVENT_SEEN && n && !n->seen) {
            n->seen = age;
            n->seen_at = v->site;
        } else if (v->kind == EVENT_GIVEN || v->kind == EVENT_KEPT) {
            note_holder(h, v, sym, age);
        }
    }
}

// When the object was put into that place.
static void date_store(struct heap *h, struct edge *edge)
{
    unsigned age = 0;

    for (const struct event *v = h->s->trail; v; v = v->older) {
        age++;
        if (v->kind == EVENT_STORED && v->aux == edge->loc
            && v->sym == edge->to) {
            edge->site = v->site + 1;
            edge->age = age;
            return;
        }
    }
}

// An object that points to itself holds itself only if that was counted.
static bool is_uncounted(const struct heap *h, const struct edge *edge)
{
    uint32_t sym = edge->to;

    if (edge->from != edge->to)
        return false;
    for (const struct event *v = h->s->trail; v; v = v->older) {
        if (v->kind == EVENT_RENAMED && v->sym == sym)
            sym = v->aux;
        else if (v->kind == EVENT_INCREF && v->sym == sym)
            return false;
    }
    return true;
}

// What memory of longer life holds. A pointer into an object counts as one to
// the object: whose it is, is not known.
static void find_stores(struct heap *h)
{
    for (uint32_t i = 0; i < h->s->nstore && !h->full; i++) {
        const struct binding *b = &h->s->store[i];

        if (!b->v.sym || !loc_is_shared(&h->e->syms, b->loc))
            continue;
        for (unsigned k = 0; k < h->nnodes; k++) {
            struct edge edge = {0, h->nodes[k].sym, 0, b->loc, 0};

            if (!leads_to(h->e, b->v, edge.to))
                continue;
            if (b->v.sym == edge.to)
                edge.from = loc_object(&h->e->syms, b->loc);
            if (is_gone(h, edge.from) || is_uncounted(h, &edge))
                continue;
            date_store(h, &edge);
            add_edge(h, edge);
        }
    }
}

// Does something hold the object that is not lost: a variable that had to
// release it, or another holder?
static bool is_held(struct heap *h, const struct node *n)
{
    int held = n->held;
    bool any = false;

    for (unsigned i = 0; i < h->nedges; i++) {
        const struct edge *edge = &h->edges[i];

        if (edge->to != n->sym)
            continue;
        if (!node_of(h, edge->from))
            return true;
        any = true;
        held -= edge->loc != 0;
    }
    return held > 0 || !any;
}

static void keep_lost(struct heap *h, struct value returned)
{
    bool more = true;

    while (more) {
        more = false;
        for (unsigned i = 0; i < h->nnodes && !more; i++) {
            if (!is_held(h, &h->nodes[i])
                && !leads_to(h->e, returned, h->nodes[i].sym))
                continue;
            drop_node(h, &h->nodes[i]);
            more = true;
        }
    }
}

// --- arguments ---

// The objects that an argument can be held by when the function returns: other
// arguments, and what is returned.
struct holders {
    const struct engine *e;
    const struct state *s;
    uint32_t returned;
    int found; // 0 = none yet
    bool any;
    bool mixed; // not the same everywhere, or not known
};

static void add_holder(struct holders *h, uint32_t holder, int depth);

// All that holds sym, also through objects that were made meanwhile.
static void holders_of(struct holders *h, uint32_t sym, int depth)
{
    for (const struct event *v = h->s->trail; v && !h->mixed; v = v->older) {
        if (v->kind == EVENT_RENAMED)
            h->mixed = true;
        else if ((v->kind == EVENT_GIVEN || v->kind == EVENT_KEPT)
                 && v->sym == sym)
            add_holder(h, v->aux, depth);
    }
    for (uint32_t i = 0; i < h->s->nstore && !h->mixed; i++) {
        const struct binding *b = &h->s->store[i];

        if (b->v.sym == sym && loc_is_shared(&h->e->syms, b->loc)
            && place_survives(h->e, h->s, b))
            add_holder(h, loc_object(&h->e->syms, b->loc), depth);
    }
}

static void add_holder(struct holders *h, uint32_t holder, int depth)
{
    const struct ref *ref = holder ? ref_find(h->s, holder) : NULL;
    const struct ir_fn *fn = h->e->fn;
    int found = !holder                 ? 0
                : holder == h->returned ? IN_RESULT
                                        : param_of(h->e, holder);

    // A variable of the caller is no object.
    if (found > 0 && !h->e->u->counted_pointer[fn->locals[found - 1].type])
        found = 0;
    if (!found && ref && ref->flags & REF_MADE && !(ref->flags & REF_ESCAPED)
        && depth > 0) {
        holders_of(h, holder, depth - 1);
        return;
    }
    h->any = true;
    if (!found || (h->found && h->found != found))
        h->mixed = true;
    h->found = found;
}

int cycle_holder(const struct engine *e, const struct state *s, uint32_t param,
                 struct value returned, bool *ret_kept)
{
    struct holders h = {.e = e, .s = s, .returned = returned.sym};

    holders_of(&h, param, 3);
    *ret_kept = h.any;
    return h.mixed ? 0 : h.found;
}

// --- rings ---

// One way around, by edges; n of them.
struct ring {
    unsigned n;
    const struct edge *edges[NODES_MOST];
};

// Breadth first, so the ring is the shortest one through start.
static bool find_ring(struct heap *h, uint32_t start, struct ring *ret)
{
    const struct edge *by[NODES_MOST] = {NULL};
    uint32_t queue[NODES_MOST];
    unsigned first = 0;
    unsigned last = 0;

    queue[last++] = start;
    while (first < last) {
        uint32_t at = queue[first++];

        for (unsigned i = 0; i < h->nedges; i++) {
            const struct edge *edge = &h->edges[i];
            struct node *to = node_of(h, edge->to);

            if (edge->from != at || !to || !node_of(h, at) || by[to - h->nodes])
                continue;
            by[to - h->nodes] = edge;
            if (edge->to != start) {
                queue[last++] = edge->to;
                continue;
            }
            ret->n = 0;
            do {
                ret->edges[ret->n++] = edge;
                edge = edge->from == start
                           ? NULL
                           : by[node_of(h, edge->from) - h->nodes];
            } while (edge);
            return true;
        }
    }
    return false;
}

// The store that closed the ring.
static const struct edge *closing(const struct ring *ring)
{
    const struct edge *newest = ring->edges[0];

    for (unsigned i = 1; i < ring->n; i++)
        if (ring->edges[i]->age < newest->age)
            newest = ring->edges[i];
    return newest;
}

// Code that could have broken the ring ran with one of its objects at hand.
static bool was_shown(struct heap *h, const struct ring *ring, bool *ret_before)
{
    unsigned closed = closing(ring)->age;

    *ret_before = false;
    for (unsigned i = 0; i < ring->n; i++) {
        const struct node *n = node_of(h, ring->edges[i]->to);

        if (n->seen && n->seen < closed
            && n->seen_at + 1 != closing(ring)->site)
            return true;
        *ret_before = *ret_before || (n->seen && n->seen > closed);
    }
    return false;
}

// Does a collector look at it?
static bool is_collected(const struct heap *h, uint32_t sym)
{
    const struct ref *ref = ref_find(h->s, sym);
    const struct family *f =
        rules_family(h->e->u->rules, h->e->ir, h->e->syms.syms[sym].type);

    return !(ref->flags & REF_UNTRACKED) && (!f || f->collector);
}

static bool can_be_collected(const struct heap *h, const struct ring *ring)
{
    for (unsigned i = 0; i < ring->n; i++)
        if (!is_collected(h, ring->edges[i]->to))
            return false;
    return true;
}

static const char *name_of(const struct heap *h, uint32_t sym)
{
    struct ref ref = *ref_find(h->s, sym);

    name_object(h->e, h->s, &ref);
    return object_name(h->e, h->s, &ref);
}

static const char *names_of(const struct heap *h, const struct ring *ring)
{
    struct buf b = {.arena = h->e->results};

    for (unsigned i = ring->n; i > 0; i--)
        buf_printf(&b, "%s'%s'",
                   i == ring->n ? ""
                   : i > 1      ? ", "
                                : " and ",
                   name_of(h, ring->edges[i - 1]->from));
    return buf_text(&b);
}

static const char *ring_text(const struct heap *h, const struct ring *ring,
                             bool collected, bool shown)
{
    struct arena *a = h->e->results;
    const struct edge *last = closing(ring);
    const char *where =
        last->loc ? arena_printf(a, "'%s'", place_name(h->e, h->s, last->loc))
                  : arena_printf(a, "what '%s' holds of '%s'",
                                 name_of(h, last->from), name_of(h, last->to));

    return arena_printf(
        a,
        "%s %s when the function returns, and nothing else does: %s; make "
        "%s a weak or borrowed reference, or clear it before%s",
        names_of(h, ring), ring->n == 1 ? "holds itself" : "hold each other",
        collected ? "only the cycle collector can free this"
                  : "this is never freed",
        where,
        shown ? " (assuming that no code that ran has taken a reference)" : "");
}

static const char *edge_text(const struct heap *h, const struct edge *edge)
{
    struct arena *a = h->e->results;
    const struct ir_ins *call =
        edge->site && !edge->loc ? engine_ins(h->e, edge->site - 1) : NULL;

    if (edge->loc)
        return arena_printf(a, "'%s' holds '%s' from here on",
                            place_name(h->e, h->s, edge->loc),
                            name_of(h, edge->to));
    return arena_printf(
        a, "'%s' holds '%s' from here on%s%s%s", name_of(h, edge->from),
        name_of(h, edge->to), call && call->ref ? ", by " : "",
        call && call->ref ? h->e->ir->decls[call->ref].name : "",
        call && call->ref ? "()" : "");
}

// Where each object was made, and each store, as they came.
static void tell_steps(const struct heap *h, const struct ring *ring,
                       struct finding *f)
{
    const struct edge *left[NODES_MOST];

    memcpy(left, ring->edges, sizeof(left));
    for (unsigned i = ring->n; i > 0; i--) {
        uint32_t made = made_at(h->e, h->s, ring->edges[i - 1]->from);

        if (made)
            trail_append(h->e, f, made - 1,
                         arena_printf(h->e->results, "'%s' is made here",
                                      name_of(h, ring->edges[i - 1]->from)));
    }
    for (unsigned n = ring->n; n > 0; n--) {
        unsigned oldest = 0;

        for (unsigned i = 1; i < n; i++)
            if (left[i]->age > left[oldest]->age)
                oldest = i;
        if (left[oldest]->site)
            trail_append(h->e, f, left[oldest]->site - 1,
                         edge_text(h, left[oldest]));
        left[oldest] = left[n - 1];
    }
}

static void tell_ring(struct heap *h, struct run *r, const struct ring *ring)
{
    const struct edge *last = closing(ring);
    bool collected = can_be_collected(h, ring);
    struct candidate c;
    struct ref ref;
    bool before;

    if (!last->site || was_shown(h, ring, &before))
        return;
    ref = *ref_find(h->s, last->to);
    name_object(h->e, h->s, &ref);
    for (unsigned i = 0; i < ring->n; i++)
        if (!ref.weak)
            ref.weak = ref_find(h->s, ring->edges[i]->to)->weak;
    r->shown = last->site;
    c = candidate_make(h->e, r, RULE_CYCLE, &ref,
                       ring_text(h, ring, collected, before));
    r->shown = 0;
    c.finding.ntrail = 0;
    tell_steps(h, ring, &c.finding);
    trail_append(h->e, &c.finding, engine_site(h->e, r),
                 "nothing else holds them from here on");
    if (collected)
        c.finding.tier = TIER_AUDIT;
    else if (before)
        candidate_assume(&c);
    candidate_add(h->e, &c);
}

static bool has_made(const struct state *s)
{
    for (uint32_t i = 0; i < s->nrefs; i++)
        if (may_be_lost(&s->refs[i]))
            return true;
    return false;
}

void cycle_left(struct engine *e, struct run *r, struct value returned)
{
    struct heap h = {.e = e, .s = r->st};

    if (!has_made(r->st))
        return;
    find_nodes(&h);
    walk_events(&h);
    find_stores(&h);
    if (h.full)
        return;
    keep_lost(&h, returned);
    for (unsigned i = 0; i < h.nnodes; i++) {
        struct ring ring = {.n = 0};

        if (h.nodes[i].told || !find_ring(&h, h.nodes[i].sym, &ring))
            continue;
        for (unsigned k = 0; k < ring.n; k++)
            node_of(&h, ring.edges[k]->to)->told = true;
        tell_ring(&h, r, &ring);
    }
}

// A path that only leads around: of objects that hold each other, and that
// nobody can name any more.
bool cycle_keeps(const struct state *s, const struct ref *ref)
{
    const struct ref *at = ref;

    for (int i = 0; i < 8; i++) {
        if (!(at->flags & REF_MADE) || at->flags & REF_ESCAPED
            || (at->lender != LENT_KEPT && at->lender != LENT_GIVEN))
            return false;
        at = at->owner ? ref_find(s, at->owner) : NULL;
        if (!at || at == ref)
            return at != NULL;
    }
    return false;
}
