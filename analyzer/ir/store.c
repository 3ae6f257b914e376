// store.c - a unit <-> the bytes of a file.
//
// The layout is described once: each io_ function visits the members of one
// struct in order, and the direction decides whether a visit writes or reads.
// So the two cannot drift apart. Numbers are LEB128 (seven bits a byte, the
// lowest first; signed ones in zigzag), as nearly all are small. A string is
// its number in order of first use; a number that is new is followed by the
// text.
//
// Reading trusts nothing: every count is held against the bytes that are left,
// so memory stays in proportion to the file, and a visit after the first
// failure gives zeros. What the numbers mean is then ir_verify's to check.

#include "ir/store.h"

#include "base/buf.h"
#include "base/map.h"
#include "ir/ir.h"

#include <errno.h>
#include <string.h>

struct io {
    bool writing;
    struct arena *arena; // of the unit read, or of the bytes to write
    // writing
    struct buf out;
    struct map numbers; // text -> its number, as a pointer into the arena
    // reading
    const unsigned char *data;
    size_t size, at;
    const char **strings;
    size_t strings_cap;
    const char *problem; // the first one, NULL while all is well
    // both
    size_t nstrings;
};

static void io_fail(struct io *io, const char *problem)
{
    if (!io->problem)
        io->problem = problem;
    io->at = io->size; // nothing is left to read
}

// --- numbers ---------------------------------------------------------------

static void put_number(struct io *io, uint64_t v)
{
    char bytes[10];
    size_t n = 0;

    do {
        bytes[n++] = (char)((v & 0x7f) | (v > 0x7f ? 0x80 : 0));
        v >>= 7;
    } while (v);
    buf_add(&io->out, bytes, n);
}

static uint64_t get_number(struct io *io)
{
    uint64_t v = 0;

    for (unsigned shift = 0; shift < 64; shift += 7) {
        uint64_t byte;

        if (io->at >= io->size) {
            io_fail(io, "it ends too early");
            return 0;
        }
        byte = io->data[io->at++];
        if (shift == 63 && byte > 1)
            break;
        v |= (byte & 0x7f) << shift;
        if (byte < 0x80)
            return v;
    }
    io_fail(io, "a number is too large");
    return 0;
}

static uint64_t get_number_to(struct io *io, uint64_t most)
{
    uint64_t v = get_number(io);

    if (v <= most)
        return v;
    io_fail(io, "a number is out of range");
    return 0;
}

static void io_u32(struct io *io, uint32_t *v)
{
    if (io->writing)
        put_number(io, *v);
    else
        *v = (uint32_t)get_number_to(io, UINT32_MAX);
}

static void io_i64(struct io *io, int64_t *v)
{
    if (io->writing) {
        put_number(io, ((uint64_t)*v << 1) ^ (*v < 0 ? UINT64_MAX : 0));
    } else {
        uint64_t zigzag = get_number(io);

        *v = (int64_t)((zigzag >> 1) ^ (zigzag & 1 ? UINT64_MAX : 0));
    }
}

// An int that is never negative.
static void io_int(struct io *io, int *v)
{
    if (io->writing)
        put_number(io, (uint64_t)*v);
    else
        *v = (int)get_number_to(io, INT32_MAX);
}

static void io_bool(struct io *io, bool *v)
{
    if (io->writing)
        put_number(io, *v);
    else
        *v = get_number_to(io, 1) != 0;
}

// An enum `type` of `count` members.
#define IO_KIND(io, v, type, count)                                            \
    do {                                                                       \
        if ((io)->writing)                                                     \
            put_number((io), (v));                                             \
        else                                                                   \
            (v) = (enum type)get_number_to((io), (count) - 1);                 \
    } while (0)

// --- strings and arrays ------------------------------------------------------

static void put_string(struct io *io, const char *s)
{
    size_t *number = map_get(&io->numbers, s);

    if (!number) {
        number = arena_new(io->arena, size_t);
        *number = io->nstrings++;
        map_set(io->arena, &io->numbers, s, number);
        put_number(io, *number);
        put_number(io, strlen(s));
        buf_str(&io->out, s);
        return;
    }
    put_number(io, *number);
}

static const char *get_new_string(struct io *io)
{
    uint64_t n = get_number(io);
    const char *text = (const char *)io->data + io->at;
    const char *s;

    if (n > io->size - io->at) {
        io_fail(io, "it ends in a string");
        return "";
    }
    if (memchr(text, '\0', (size_t)n)) {
        io_fail(io, "a string has a NUL in it");
        return "";
    }
    io->at += (size_t)n;
    s = arena_strndup(io->arena, text, (size_t)n);
    arena_push(io->arena, io->strings, io->nstrings, io->strings_cap, s);
    return s;
}

static const char *get_string(struct io *io)
{
    uint64_t number = get_number(io);

    if (io->problem)
        return "";
    if (number < io->nstrings)
        return io->strings[number];
    if (number == io->nstrings)
        return get_new_string(io);
    io_fail(io, "a string is used before it is there");
    return "";
}

static void io_str(struct io *io, const char **s)
{
    if (io->writing)
        put_string(io, *s);
    else
        *s = get_string(io);
}

// How many elements follow, each of a byte or more.
static void io_count(struct io *io, uint32_t *n)
{
    size_t left = io->size - io->at; // the count itself included

    if (io->writing) {
        put_number(io, *n);
        return;
    }
    *n = (uint32_t)get_number_to(io, left < UINT32_MAX ? left : UINT32_MAX);
}

// Visit the elements from..from+count-1 of array with visit(io, element). An
// element 0 in front of a table that starts at 1 stays zero and is not kept.
#define IO_ELEMENTS(io, array, count, from, visit)                             \
    do {                                                                       \
        if (!(io)->writing)                                                    \
            (array) = arena_alloc((io)->arena, (size_t)(count) + (from),       \
                                  sizeof(*(array)));                           \
        for (size_t i_ = 0; i_ < (count) && !(io)->problem; i_++)              \
            visit((io), &(array)[i_ + (from)]);                                \
    } while (0)

// The same behind their count, which is a member too.
#define IO_ARRAY(io, array, count, from, visit)                                \
    do {                                                                       \
        io_count((io), &(count));                                              \
        IO_ELEMENTS(io, array, count, from, visit);                            \
    } while (0)

// --- the layout --------------------------------------------------------------

static void io_pos(struct io *io, struct ir_pos *p)
{
    io_u32(io, &p->file);
    io_u32(io, &p->line);
    io_u32(io, &p->col);
}

static void io_type(struct io *io, struct ir_type *t)
{
    IO_KIND(io, t->kind, ir_type_kind, IR_TYPE_KINDS);
    io_u32(io, &t->target);
    io_u32(io, &t->record);
    io_i64(io, &t->count);
    io_u32(io, &t->size);
    io_bool(io, &t->is_unsigned);
    io_str(io, &t->name);
}

static void io_field(struct io *io, struct ir_field *f)
{
    io_str(io, &f->name);
    io_u32(io, &f->type);
}

static void io_record(struct io *io, struct ir_record *r)
{
    io_str(io, &r->name);
    io_bool(io, &r->is_union);
    io_bool(io, &r->is_complete);
    IO_ARRAY(io, r->fields, r->nfields, 0, io_field);
}

static void io_param(struct io *io, struct ir_param *p)
{
    io_str(io, &p->name);
    io_u32(io, &p->type);
}

static void io_note(struct io *io, struct ir_note *n)
{
    io_int(io, &n->param);
    io_str(io, &n->text);
    io_pos(io, &n->pos);
}

static void io_decl(struct io *io, struct ir_decl *d)
{
    io_str(io, &d->name);
    io_pos(io, &d->pos);
    io_u32(io, &d->result);
    IO_ARRAY(io, d->params, d->nparams, 0, io_param);
    io_bool(io, &d->is_variadic);
    io_bool(io, &d->has_prototype);
    io_bool(io, &d->is_static);
    io_bool(io, &d->is_foreign);
    io_bool(io, &d->is_implicit);
    io_bool(io, &d->is_noreturn);
    io_u32(io, &d->fn);
    IO_ARRAY(io, d->notes, d->nnotes, 0, io_note);
}

static void io_init(struct io *io, struct ir_init *i)
{
    io_u32(io, &i->element);
    io_u32(io, &i->record);
    io_u32(io, &i->field);
    IO_KIND(io, i->kind, ir_init_kind, IR_INIT_KINDS);
    io_i64(io, &i->value);
    io_u32(io, &i->ref);
    io_str(io, &i->text);
    io_pos(io, &i->pos);
}

static void io_global(struct io *io, struct ir_global *g)
{
    io_str(io, &g->name);
    io_pos(io, &g->pos);
    io_u32(io, &g->type);
    io_bool(io, &g->is_static);
    io_bool(io, &g->is_const);
    io_bool(io, &g->is_foreign);
    io_str(io, &g->function);
    IO_ARRAY(io, g->inits, g->ninits, 0, io_init);
}

static void io_ins(struct io *io, struct ir_ins *i)
{
    IO_KIND(io, i->op, ir_op, IR_OPS);
    io_u32(io, &i->dst);
    io_u32(io, &i->a);
    io_u32(io, &i->b);
    io_u32(io, &i->ref);
    io_i64(io, &i->imm);
    io_u32(io, &i->type);
    io_str(io, &i->text);
    IO_ARRAY(io, i->args, i->nargs, 0, io_u32);
    io_pos(io, &i->at);
    io_pos(io, &i->spelled);
    io_str(io, &i->macro);
}

static void io_case(struct io *io, struct ir_case *c)
{
    io_i64(io, &c->lo);
    io_i64(io, &c->hi);
}

static void io_block(struct io *io, struct ir_block *b)
{
    uint32_t ncases;

    IO_ARRAY(io, b->ins, b->nins, 0, io_ins);
    IO_KIND(io, b->end, ir_end, IR_ENDS);
    io_u32(io, &b->value);
    IO_ARRAY(io, b->succ, b->nsucc, 0, io_u32);
    ncases = b->end == IR_SWITCH && b->nsucc ? b->nsucc - 1 : 0;
    IO_ELEMENTS(io, b->cases, ncases, 0, io_case);
    io_pos(io, &b->at);
    io_pos(io, &b->spelled);
    io_str(io, &b->macro);
}

static void io_local(struct io *io, struct ir_local *l)
{
    io_str(io, &l->name);
    io_u32(io, &l->type);
    io_pos(io, &l->pos);
    io_bool(io, &l->is_param);
    io_bool(io, &l->is_hidden);
}

static void io_fn(struct io *io, struct ir_fn *f)
{
    io_u32(io, &f->decl);
    io_pos(io, &f->pos);
    io_pos(io, &f->end);
    io_str(io, &f->problem);
    io_pos(io, &f->problem_at);
    IO_ARRAY(io, f->locals, f->nlocals, 0, io_local);
    IO_ARRAY(io, f->blocks, f->nblocks, 0, io_block);
    io_u32(io, &f->ntemps);
}

static void io_problem(struct io *io, struct ir_problem *p)
{
    io_pos(io, &p->pos);
    io_str(io, &p->text);
}

static void io_macro(struct io *io, struct ir_macro *m)
{
    io_str(io, &m->name);
    io_str(io, &m->value);
}

static void io_unit(struct io *io, struct ir_unit *u)
{
    io_str(io, &u->main);
    IO_ARRAY(io, u->files, u->nfiles, 1, io_str);
    IO_ARRAY(io, u->types, u->ntypes, 1, io_type);
    IO_ARRAY(io, u->records, u->nrecords, 1, io_record);
    IO_ARRAY(io, u->decls, u->ndecls, 1, io_decl);
    IO_ARRAY(io, u->globals, u->nglobals, 1, io_global);
    IO_ARRAY(io, u->fns, u->nfns, 0, io_fn);
    IO_ARRAY(io, u->problems, u->nproblems, 0, io_problem);
    IO_ARRAY(io, u->macros, u->nmacros, 0, io_macro);
}

// --- the frame ---------------------------------------------------------------

static void put_fixed(char *at, uint64_t v, unsigned bytes)
{
    for (unsigned i = 0; i < bytes; i++)
        at[i] = (char)(v >> (8 * i) & 0xff);
}

static uint64_t hash_ops(void)
{
    uint64_t h = 0;

    for (int op = 0; op < IR_OPS; op++)
        h = hash_str(h, ir_op_name((enum ir_op)op));
    return h;
}

void ir_store_frame(char *data, size_t size)
{
    char *at = data;

    memcpy(at, IR_STORE_MAGIC, IR_STORE_MAGIC_SIZE);
    at += IR_STORE_MAGIC_SIZE;
    put_fixed(at, IR_STORE_VERSION, 4);
    put_fixed(at + 4, hash_ops(), 8);
    put_fixed(at + 12,
              hash_bytes(0, data + IR_STORE_FRAME, size - IR_STORE_FRAME), 8);
}

static int check_frame(const char *data, size_t size, const char *path,
                       struct err *err)
{
    char want[IR_STORE_FRAME];
    size_t checked = IR_STORE_MAGIC_SIZE;

    if (size < IR_STORE_FRAME || memcmp(data, IR_STORE_MAGIC, checked) != 0) {
        err_set(err, path, 0, "not an IR file");
        return -1;
    }
    memcpy(want, IR_STORE_MAGIC, checked);
    put_fixed(want + checked, IR_STORE_VERSION, 4);
    put_fixed(want + checked + 4, hash_ops(), 8);
    put_fixed(want + checked + 12,
              hash_bytes(0, data + IR_STORE_FRAME, size - IR_STORE_FRAME), 8);
    if (memcmp(data + checked, want + checked, 12) != 0) {
        err_set(err, path, 0, "an IR file of another version of refcheck");
        return -1;
    }
    if (memcmp(data + checked + 12, want + checked + 12, 8) != 0) {
        err_set(err, path, 0, "damaged IR file: its checksum is wrong");
        return -1;
    }
    return 0;
}

int ir_write(FILE *out, const char *path, const struct ir_unit *unit,
             struct err *err)
{
    static const char frame[IR_STORE_FRAME];
    struct arena a = {0};
    struct io io = {.writing = true, .arena = &a, .out = {.arena = &a}};
    struct ir_unit copy = *unit; // visited as if it could change; it does not
    struct err why;
    int r = 0;

    if (ir_verify(unit, &why) < 0) {
        err_set(err, path, 0, "cannot write: %s", why.text);
        return -1;
    }
    buf_add(&io.out, frame, sizeof(frame));
    io_unit(&io, &copy);
    ir_store_frame(io.out.text, io.out.len);
    errno = 0;
    if (fwrite(io.out.text, 1, io.out.len, out) != io.out.len
        || fflush(out) != 0) {
        err_set(err, path, 0, "cannot write: %s", strerror(errno));
        r = -1;
    }
    arena_release(&a);
    return r;
}

int ir_read(struct arena *a, const char *data, size_t size, const char *path,
            struct ir_unit **ret_unit, struct err *err)
{
    struct io io = {.arena = a,
                    .data = (const unsigned char *)data,
                    .size = size,
                    .at = IR_STORE_FRAME};
    struct ir_unit *unit = arena_new(a, struct ir_unit);
    struct err why;

    if (check_frame(data, size, path, err) < 0)
        return -1;
    io_unit(&io, unit);
    if (!io.problem && io.at != io.size)
        io.problem = "something follows its end";
    if (io.problem) {
        err_set(err, path, 0, "damaged IR file: %s", io.problem);
        return -1;
    }
    if (ir_verify(unit, &why) < 0) {
        err_set(err, path, 0, "damaged IR file: %s", why.text);
        return -1;
    }
    *ret_unit = unit;
    return 0;
}
