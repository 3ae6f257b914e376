// Which casts leave a trace.
struct object {
    long count;
};
struct derived {
    struct object base;
    int more;
};
enum e { E };

void casts(struct derived *d, int i, unsigned u, long l, double f, void *p,
           enum e e, char c, _Bool b)
{
    struct object *o = (struct object *)d;

    p = d;
    d = p;
    d = (struct derived *)(struct object *)p;
    l = i;
    u = (unsigned)i;
    i = (int)l;
    i = f;
    f = i;
    l = (long)p;
    p = (void *)l;
    p = (void *)0;
    p = 0;
    i = c;
    c = 300;
    u = -1;
    i = e;
    i = b;
    (void)i;
    (void)*p;
    o->count = ((struct object *)(d))->count;
    u = E;
}
