// &&, ||, !, ?: and the GNU form, as values and as conditions.
int g(int);
void v(void);
void *h(void);

int values(int a, int b)
{
    int c = a && b;

    c = a || g(b);
    c = !a;
    c = !(a && b);
    g(a ? b : c);
    g(a ?: g(b));
    c = (a, b);
    a ? v() : (void)0;
    return a == 1 ? 2 : a == 3 ? 4 : 5;
}

int conditions(int a, int b, void *p)
{
    if (a && (b || !p))
        return 1;
    if (!!p)
        return 2;
    if (__builtin_expect(!!(a && b), 0))
        return 3;
    while (!(a || b))
        a = g(a);
    if ((p = h()) == 0)
        return 4;
    if (g(1) && 0)
        return 5;
    return -1;
}

_Bool to_bool(int a, void *p, double d)
{
    _Bool r = a;

    r = p;
    r = a > 2;
    r = 7;
    return d;
}

int across_blocks(int a, int *p)
{
    return g(1) + p[g(2)] + (a ? g(3) : g(4));
}

int comma(int a)
{
    g(1), g(2);
    return a ? (g(3), 4) : ({
        int t = g(5);
        t + 1;
    });
}
