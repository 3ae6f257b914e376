// Initialisers of globals: tables of functions and text.
typedef void *(*method)(void *, void *);
typedef struct {
    const char *name;
    method fn;
    int flags;
    const char *doc;
} method_def;
struct slot {
    int id;
    void *value;
};
struct base {
    long count;
    struct type *type;
};
struct type {
    struct base head;
    const char *name;
    unsigned long size;
    void (*dealloc)(void *);
    method_def *methods;
    struct type *parent;
};
struct tiny {
    const char *text;
};

enum { FLAG_A = 1, FLAG_B = 4 };

static void *run(void *self, void *args);
static void *walk(void *self);
extern void *elsewhere(void *, void *);
static void freed(void *self)
{
}

static method_def methods[] = {
    {"run", run, FLAG_A | FLAG_B, "how to run"},
    {"walk", (method)(void (*)(void))walk, FLAG_B, 0},
    {.name = "else", .fn = &elsewhere, .flags = sizeof(int)},
    {(void *)0, ((void *)0)},
};

static struct type parent_type;
struct type main_type = {
    {1, &parent_type},
    "main",
    sizeof(struct type),
    .dealloc = freed,
    .methods = methods,
    .parent = (struct type *)&parent_type,
};

static struct slot slots[] = {
    {1, (void *)freed}, {2, &methods[0]}, [3] = {3, "text"}, {0, 0}};
static struct slot flat[] = {1, (void *)freed, 0, 0};
const struct tiny tinies[2][1] = {{{"a"}}, {{"b"}}};
static const int numbers[] = {1, 2, 3};
int tentative;
int tentative;
int tentative = 5;
extern int outside;
void *nothing = 0, *self = &self;
struct slot *literal = (struct slot[]){{7, 0}};
static const char *names[] = {"x", [2] = "z"};
double ratio = 0.5;

static void *run(void *s, void *args)
{
    static const char *keywords[] = {"a", "b", 0};
    static int calls;
    extern int other;

    calls++;
    return keywords[outside + other] ? walk(s) : 0;
}

static void *walk(void *s)
{
    return s;
}

static const int five = 5;
struct slot folded[] = {{five, (void *)(long)five}, {~0 + 2 * 3}};

// Constant text is kept, other numbers are not.
const char format[] = "iO";
char buffer[8] = "text";
const char letters[] = {'a', 0};
