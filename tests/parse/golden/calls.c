// Calls: direct, through pointers, fields, casts, parentheses.
typedef int (*handler)(int, ...);
struct ops {
    handler run;
    struct ops *next;
    handler table[3];
};
struct pair {
    long a, b;
};

int plain(int a);
struct pair make(struct pair);
int old();
void stop(void) __attribute__((noreturn));
_Noreturn void halt(void);
static void die(void) __attribute__((__noreturn__));
static void die(void)
{
    stop();
}

int direct(int a)
{
    plain(a);
    (plain)(a);
    (&plain)(a);
    (*plain)(a);
    ((void (*)(int))plain)(a);
    old(1, "two");
    return plain(plain(a));
}

int indirect(struct ops *o, handler h)
{
    h(1);
    (*h)(2);
    o->run(3, 4);
    o->next->table[1](5);
    ((int (*)(void))o->run)();
    h = plain;
    h = (handler)&plain;
    return o->run == h;
}

long values(struct pair p)
{
    return make(make(p)).b;
}

int stops(int a)
{
    if (a == 1)
        stop();
    if (a == 2)
        halt();
    if (a == 3)
        die();
    if (a == 4)
        __builtin_unreachable();
    if (a == 5)
        __builtin_trap();
    return undeclared(a);
}

void through_pointer(void (*end)(void) __attribute__((noreturn)))
{
    end();
}

// Names of types that nest declarators.
typedef int (*visitor)(void *, void *);
int traverse(int (*run)(void *, visitor, void *), visitor *list[2],
             int (*(*get)(int))[3], char **(*more[2])(void))
{
    visitor mine[2] = {list[0][1]};

    return run(mine, mine[0], (*get(1)) + (more[0] == 0));
}
