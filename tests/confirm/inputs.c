// inputs.c - see inputs.h.
//
// With a prime p that no parameter has more values than, run a + b * p gives
// parameter i value (a + i * b) mod p: any two parameters then meet in each
// pair of values exactly once (Bush, 1952, orthogonal arrays of strength 2).

#include "inputs.h"

enum { PRIME = 13, BIG = 1000, OBJECTS = 12 };

static int values_of(enum drive_input input)
{
    static const int values[DRIVE_INPUTS] = {
#define INPUT(id, n, text) n,
#include "inputs.def"
#undef INPUT
    };

    return values[input];
}

int inputs_count(const struct drive_function *f)
{
    switch (f->ninputs) {
    case 0:
        return 1;
    case 1:
        return values_of(f->inputs[0]);
    default:
        return PRIME * PRIME;
    }
}

void inputs_choose(struct run *run, int n)
{
    int a = n % PRIME, b = n / PRIME;

    for (int i = 0; i < run->function->ninputs; i++)
        run->choice[i] =
            (a + i * b) % PRIME % values_of(run->function->inputs[i]);
}

// ---- objects: none of them, but for none itself, is shared or immortal ----

static rc_object *pair_of(rc_object *(*make)(int64_t, ...), rc_object *a,
                          rc_object *b)
{
    rc_object *pair = a && b ? make(2, a, b) : NULL;

    rc_xdecref(a);
    rc_xdecref(b);
    return pair;
}

static rc_object *number(int64_t n)
{
    return rc_int_new(BIG + n);
}

static rc_object *word(const char *text)
{
    return rc_str_format("%s words", text);
}

static int put(rc_object *dict, const char *key, rc_object *value)
{
    int r = value ? rc_dict_set_text(dict, key, value) : -1;

    rc_xdecref(value);
    return r;
}

// One of its keys equals what word("some") makes.
static rc_object *table(void)
{
    rc_object *dict = rc_dict_new();

    if (dict && put(dict, "key", number(1)) == 0
        && put(dict, "some words", word("other")) == 0)
        return dict;
    rc_xdecref(dict);
    return NULL;
}

static rc_object *rows(void)
{
    rc_object *first = pair_of(rc_list_pack, number(2), number(3));
    rc_object *second = pair_of(rc_list_pack, word("two"), word("more"));

    return pair_of(rc_list_pack, first, second);
}

static rc_object *instance(void)
{
    rc_object *cls = rc_class_new("sample", NULL);
    rc_object *o = cls ? rc_instance_new(cls) : NULL;
    rc_object *value = number(4);

    if (o && value && rc_attr_set(o, "key", value) < 0)
        rc_clear(&o);
    rc_xdecref(value);
    rc_xdecref(cls);
    return o;
}

// Whatever the first argument holds, it holds no more. Returns a new object.
static rc_object *empty_code(rc_object *self, rc_object *args)
{
    rc_object *first = args ? rc_tuple_at(args, 0) : NULL;

    (void)self;
    if (first && rc_is_list(first) && rc_list_clear(first) < 0)
        return NULL;
    if (first && rc_is_dict(first) && rc_dict_clear(first) < 0)
        return NULL;
    rc_error_clear();
    return number(9);
}

static rc_object *object(int choice)
{
    switch (choice) {
    case 0:
        return pair_of(rc_list_pack, number(5), number(6));
    case 1:
        return number(7);
    case 2:
        return word("some");
    case 3:
        return table();
    case 4:
        return pair_of(rc_tuple_pack, number(8), word("eight"));
    case 5:
        return pair_of(rc_list_pack, word("first"), word("second"));
    case 6:
        return rc_list_new();
    case 7:
        return rc_dict_new();
    case 8:
        return rows();
    case 9:
        return instance();
    case 10:
        return rc_builtin_new("empty", empty_code, NULL);
    default:
        return rc_newref(rc_none);
    }
}

static bool is_object(enum drive_input input)
{
    return input == DRIVE_OBJECT || input == DRIVE_MAYBE || input == DRIVE_GIVEN
           || input == DRIVE_MAYBE_GIVEN || input == DRIVE_SLOT;
}

int inputs_make(struct run *run)
{
    for (int i = 0; i < run->function->ninputs; i++) {
        rc_object **place = run->function->inputs[i] == DRIVE_SLOT
                                ? &run->slots[i]
                                : &run->objects[i];

        if (!is_object(run->function->inputs[i]) || run->choice[i] >= OBJECTS)
            continue;
        *place = object(run->choice[i]);
        if (!*place)
            return -1;
    }
    return 0;
}

void inputs_release(struct run *run)
{
    for (int i = 0; i < run->function->ninputs; i++) {
        enum drive_input input = run->function->inputs[i];

        if (input == DRIVE_OBJECT || input == DRIVE_MAYBE)
            rc_xdecref(run->objects[i]);
        if (input == DRIVE_SLOT)
            rc_xdecref(run->slots[i]);
    }
}

// ---- for the generated calls ----

rc_object *drive_object(const struct run *run, int i)
{
    return run->objects[i];
}

rc_object **drive_slot(struct run *run, int i)
{
    return &run->slots[i];
}

int64_t drive_number(const struct run *run, int i)
{
    static const int64_t numbers[] = {0, 1, 2, 3, -1, BIG};

    return numbers[run->choice[i]];
}

const char *drive_text(const struct run *run, int i)
{
    static const char *const texts[] = {"key", "missing", "", "1234"};

    return texts[run->choice[i]];
}

// Before that the collector goes through all that there is.
void drive_new(struct run *run, rc_object *result)
{
    (void)run;
    rc_gc_collect();
    rc_xdecref(result);
}

void drive_lent(struct run *run, rc_object *result)
{
    (void)run;
    if (result)
        (void)rc_type_of(result);
}

void drive_ended(struct run *run, bool is_success)
{
    for (int i = 0; is_success && i < run->function->ninputs; i++) {
        if (run->function->inputs[i] == DRIVE_OUT_NEW)
            drive_new(run, run->slots[i]);
        if (run->function->inputs[i] == DRIVE_OUT_LENT)
            drive_lent(run, run->slots[i]);
    }
}
