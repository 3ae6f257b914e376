// Statement expressions, nested scopes, shadowed names, local declarations.
int g(int);
struct big {
    int a[4];
};
struct big make(void);

#define MAX(a, b)                                                              \
    ({                                                                         \
        __typeof__(a) _a = (a);                                                \
        __typeof__(b) _b = (b);                                                \
        _a > _b ? _a : _b;                                                     \
    })

int expressions(int a)
{
    int r = MAX(g(1), MAX(a, 3));

    r += ({
        if (a)
            goto out;
        g(2);
    });
    ({ g(3); });
    r = ({
        struct big b = make();
        b;
    }).a[1];
    return ({ return r; 1; });
out:
    return ({
        for (;;)
            if (g(4))
                break;
        5;
    });
}

int scopes(int a)
{
    int x = a;

    {
        int x = 2, y = x;
        extern int outside;
        int local_function(int);
        typedef int local_type;
        struct local_struct {
            int m;
        } s = {x};

        a = (local_type)local_function(outside + s.m + y);
    }
    ;
    return x;
}

static struct big returns_struct(struct big *p, int c)
{
    if (c == 1)
        return *p;
    if (c == 2)
        return make();
    return (struct big){{1}};
}

void discards(int *p, int a)
{
    (void)a;
    (void)*p;
    (void)g(a);
    a + g(1);
    *p;
    p[g(2)];
    sizeof(g(3));
    (void)returns_struct(0, 0);
}

static void forever(void)
{
    for (;;)
        ;
}

void returns_void(int a)
{
    if (a)
        return forever();
}
