// types.c - from libclang's types to the unit's table of types and records.
//
// A type is found by the pointer libclang knows it by, then by its composed
// name: names are built from the names of the parts, so qualifiers and
// typedefs leave no trace in them. Records are told apart by their
// declaration, not by name.

#include "base/buf.h"
#include "parse/lower.h"

#include <string.h>

const struct ir_type *type_at(const struct unit *u, uint32_t type)
{
    return &u->ir->types[type];
}

bool type_is_bool(const struct ir_type *t)
{
    return strcmp(t->name, "_Bool") == 0 || strcmp(t->name, "bool") == 0;
}

bool type_is_record(const struct unit *u, uint32_t type)
{
    return type && u->ir->types[type].kind == IR_TYPE_RECORD;
}

bool type_is_aggregate(const struct unit *u, uint32_t type)
{
    return type
           && (u->ir->types[type].kind == IR_TYPE_RECORD
               || u->ir->types[type].kind == IR_TYPE_ARRAY);
}

// va_list's elements are known by the name of their record only.
static bool is_va_list(const struct unit *u, uint32_t type)
{
    const struct ir_type *t = type_at(u, type);

    if (t->kind == IR_TYPE_POINTER || t->kind == IR_TYPE_ARRAY)
        t = type_at(u, t->target);
    return t->record
           && strcmp(u->ir->records[t->record].name, "__va_list_tag") == 0;
}

bool type_is_va_arg(const struct unit *u, uint32_t to, uint32_t from)
{
    return to != from && is_va_list(u, from) && !is_va_list(u, to);
}

// place is where a declarator goes in the type's name: in "int (*)(void)"
// behind the star, in "int [4]" in front of the bracket.
static uint32_t push_type(struct unit *u, struct ir_type t, size_t place)
{
    size_t count = u->ir->ntypes + 1u, nplaces = count;

    arena_push(u->a, u->ir->types, count, u->cap_types, t);
    arena_push(u->scratch, u->type_places, nplaces, u->cap_type_places,
               (uint32_t)place);
    return ++u->ir->ntypes;
}

// The type with this name, which says all about it.
static uint32_t named(struct unit *u, struct ir_type t, size_t place)
{
    uintptr_t known = (uintptr_t)map_get(&u->type_names, t.name);

    if (!known) {
        known = push_type(u, t, place);
        map_set(u->scratch, &u->type_names, t.name, (void *)known);
    }
    return (uint32_t)known;
}

// The name of type with `more` put where a declarator goes, behind a space
// when it would touch a word.
static const char *insert(struct unit *u, uint32_t type, const char *more,
                          size_t *ret_behind)
{
    const char *name = type_at(u, type)->name;
    size_t place = u->type_places[type];
    bool apart = more[0] != '[' && place && !strchr("* (", name[place - 1]);

    *ret_behind = place + apart + strlen(more);
    return arena_printf(u->a, "%.*s%s%s%s", (int)place, name, apart ? " " : "",
                        more, name + place);
}

// Pointers are unique by what they point to.
uint32_t type_pointer_to(struct unit *u, uint32_t target)
{
    const void *key = (const void *)(uintptr_t)target;
    uint32_t index = (uint32_t)ptrmap_get(&u->pointers, key);
    enum ir_type_kind kind = type_at(u, target)->kind;
    bool inner = kind == IR_TYPE_FUNCTION || kind == IR_TYPE_ARRAY;
    struct ir_type p = {.kind = IR_TYPE_POINTER,
                        .target = target,
                        .size = u->pointer_size,
                        .is_unsigned = true};
    size_t behind;

    if (index)
        return index;
    p.name = insert(u, target, inner ? "(*)" : "*", &behind);
    index = push_type(u, p, inner ? behind - 1 : behind);
    ptrmap_set(u->scratch, &u->pointers, key, index);
    return index;
}

static uint32_t size_of(CXType t)
{
    long long size = clang_Type_getSizeOf(t);

    return size > 0 && size < UINT32_MAX ? (uint32_t)size : 0;
}

static uint32_t array_type(struct unit *u, CXType t)
{
    struct ir_type a = {.kind = IR_TYPE_ARRAY, .count = -1};
    const char *tag, *key;
    uintptr_t known;
    size_t behind;

    a.target = type_of(u, clang_getArrayElementType(t));
    if (t.kind == CXType_ConstantArray) {
        a.count = clang_getArraySize(t);
        a.size = size_of(t);
    }
    tag = a.count < 0 ? "[]" : arena_printf(u->a, "[%lld]", (long long)a.count);
    // Names of records are not unique, so those of their arrays are not.
    key = arena_printf(u->scratch, "%u %s", a.target, tag);
    known = (uintptr_t)map_get(&u->type_names, key);
    if (!known) {
        a.name = insert(u, a.target, tag, &behind);
        known = push_type(u, a, u->type_places[a.target]);
        map_set(u->scratch, &u->type_names, key, (void *)known);
    }
    return (uint32_t)known;
}

static uint32_t function_type(struct unit *u, CXType t)
{
    struct ir_type fn = {.kind = IR_TYPE_FUNCTION};
    struct buf args = {.arena = u->body};
    int n = clang_getNumArgTypes(t);
    size_t behind;

    fn.target = type_of(u, clang_getResultType(t));
    for (int i = 0; i < n; i++) {
        uint32_t arg = type_of(u, clang_getArgType(t, (unsigned)i));

        buf_printf(&args, "%s%s", i ? ", " : "(", type_at(u, arg)->name);
    }
    if (n <= 0)
        buf_str(&args, t.kind == CXType_FunctionProto ? "(void" : "(");
    buf_str(&args, clang_isFunctionTypeVariadic(t) && n > 0 ? ", ...)" : ")");
    fn.name = insert(u, fn.target, buf_text(&args), &behind);
    return named(u, fn, behind - args.len);
}

static const char *record_name(struct unit *u, CXCursor decl)
{
    const char *name = unit_string(u, clang_getCursorSpelling(decl));

    return strpbrk(name, "( ") ? "" : name;
}

static uint32_t record_type(struct unit *u, CXType t)
{
    CXCursor decl = clang_getTypeDeclaration(t);
    struct ir_record r = {.name = record_name(u, decl)};
    struct ir_type type = {.kind = IR_TYPE_RECORD, .size = size_of(t)};
    size_t count = u->ir->nrecords + 1u;
    size_t ntypes = count, nfilled = count;
    const char *tag = "struct";

    r.is_union = decl.kind == CXCursor_UnionDecl;
    if (r.is_union)
        tag = "union";
    arena_push(u->a, u->ir->records, count, u->cap_records, r);
    arena_push(u->scratch, u->record_types, ntypes, u->cap_record_types, t);
    arena_push(u->scratch, u->record_filled, nfilled, u->cap_record_filled,
               false);
    type.record = ++u->ir->nrecords;
    type.name =
        arena_printf(u->a, "%s %s", tag, r.name[0] ? r.name : "<unnamed>");
    return push_type(u, type, strlen(type.name));
}

static bool is_unsigned_kind(CXType t)
{
    switch (t.kind) {
    case CXType_Bool:
    case CXType_Char_U:
    case CXType_UChar:
    case CXType_Char16:
    case CXType_Char32:
    case CXType_UShort:
    case CXType_UInt:
    case CXType_ULong:
    case CXType_ULongLong:
    case CXType_UInt128:
        return true;
    default:
        return false;
    }
}

static uint32_t scalar_type(struct unit *u, CXType t, enum ir_type_kind kind)
{
    CXType plain = clang_getUnqualifiedType(t);
    struct ir_type s = {.kind = kind};

    // libclang crashes when asked for the size of a placeholder type.
    if (kind == IR_TYPE_INT || kind == IR_TYPE_FLOAT || t.kind == CXType_Complex
        || t.kind == CXType_Vector)
        s.size = size_of(t);
    s.is_unsigned = is_unsigned_kind(t);
    if (t.kind == CXType_Enum)
        s.is_unsigned = is_unsigned_kind(clang_getCanonicalType(
            clang_getEnumDeclIntegerType(clang_getTypeDeclaration(t))));
    s.name = unit_string(u, clang_getTypeSpelling(plain));
    if (t.kind == CXType_Enum
        && strchr(s.name, '(')) // an enum without a name is told by its place
        s.name = arena_printf(u->a, "enum <unnamed> %s%u",
                              s.is_unsigned ? "unsigned " : "", s.size);
    return named(u, s, strlen(s.name));
}

static uint32_t make_type(struct unit *u, CXType t)
{
    switch (t.kind) {
    case CXType_Void:
        return scalar_type(u, t, IR_TYPE_VOID);
    case CXType_Float:
    case CXType_Double:
    case CXType_LongDouble:
    case CXType_Float128:
    case CXType_Float16:
    case CXType_Half:
    case CXType_BFloat16:
    case CXType_Ibm128:
        return scalar_type(u, t, IR_TYPE_FLOAT);
    case CXType_Pointer:
        return type_pointer_to(u, type_of(u, clang_getPointeeType(t)));
    case CXType_NullPtr:
        return type_pointer_to(u, u->type_void);
    case CXType_Record:
        return record_type(u, t);
    case CXType_ConstantArray:
    case CXType_IncompleteArray:
    case CXType_VariableArray:
        return array_type(u, t);
    case CXType_FunctionProto:
    case CXType_FunctionNoProto:
        return function_type(u, t);
    case CXType_Enum:
        return scalar_type(u, t, IR_TYPE_INT);
    case CXType_Atomic:
        return type_of(u, clang_Type_getValueType(t));
    default:
        break;
    }
    if (t.kind >= CXType_Bool && t.kind <= CXType_Int128)
        return scalar_type(u, t, IR_TYPE_INT);
    return scalar_type(u, t, IR_TYPE_OTHER);
}

uint32_t type_of(struct unit *u, CXType t)
{
    uint32_t index = (uint32_t)ptrmap_get(&u->types, t.data[0]);
    CXType canonical;

    if (index || !t.data[0])
        return index ? index : u->type_other;
    canonical = clang_getUnqualifiedType(clang_getCanonicalType(t));
    index = (uint32_t)ptrmap_get(&u->types, canonical.data[0]);
    if (!index) {
        index = make_type(u, canonical);
        ptrmap_set(u->scratch, &u->types, canonical.data[0], index);
    }
    ptrmap_set(u->scratch, &u->types, t.data[0], index);
    return index;
}

// libclang shows the type of a parameter, and of what is computed with it, as
// it was written: an array or a function where there is a pointer. Only what
// names an object in memory can be one of these.
static bool is_decayed(struct unit *u, CXCursor c)
{
    for (;;) {
        struct kids k;

        switch (c.kind) {
        case CXCursor_ParmDecl:
        case CXCursor_BinaryOperator:
        case CXCursor_CompoundAssignOperator:
        case CXCursor_ConditionalOperator:
        case CXCursor_StmtExpr:
        case CXCursor_CStyleCastExpr:
            return true;
        case CXCursor_DeclRefExpr:
            return clang_getCursorReferenced(c).kind == CXCursor_ParmDecl;
        case CXCursor_UnaryOperator:
            if (clang_getCursorUnaryOperatorKind(c)
                != CXUnaryOperator_Extension)
                return clang_getCursorUnaryOperatorKind(c)
                       != CXUnaryOperator_Deref;
            break;
        case CXCursor_UnexposedExpr: // but for __func__
            k = exprs_of(u, c);
            return k.n == 1 && k.c[0].kind != CXCursor_StringLiteral;
        case CXCursor_ParenExpr:
            break;
        default:
            return false;
        }
        k = exprs_of(u, c);
        if (k.n != 1)
            return false;
        c = k.c[0];
    }
}

uint32_t type_of_cursor(struct unit *u, CXCursor c)
{
    uint32_t type = type_of(u, clang_getCursorType(c));
    const struct ir_type *t = type_at(u, type);

    if (t->kind == IR_TYPE_ARRAY && is_decayed(u, c))
        return type_pointer_to(u, t->target);
    if (t->kind == IR_TYPE_FUNCTION && is_decayed(u, c))
        return type_pointer_to(u, type);
    return type;
}

void types_init(struct unit *u)
{
    static const struct ir_type basic[] = {
        {.kind = IR_TYPE_VOID, .name = "void"},
        {.kind = IR_TYPE_INT, .size = 4, .name = "int"},
        {.kind = IR_TYPE_INT, .size = 8, .name = "long long"},
        {.kind = IR_TYPE_OTHER, .name = "<unknown>"},
    };

    u->type_void = named(u, basic[0], strlen(basic[0].name));
    u->type_int = named(u, basic[1], strlen(basic[1].name));
    u->type_wide = named(u, basic[2], strlen(basic[2].name));
    u->type_other = named(u, basic[3], strlen(basic[3].name));
}
