// Members: nested, anonymous, arrays, unions, bit-fields.
struct inner {
    int deep[4];
};
struct outer {
    int a;
    union {
        int b;
        struct {
            char c;
            struct inner *d;
        };
    };
    struct inner in;
    unsigned flag : 1;
    unsigned : 3;
    volatile int v;
    struct outer *next;
};
typedef struct {
    int only;
} unnamed;

int reads(struct outer *p, struct outer q, unnamed *u)
{
    return p->a + p->b + q.c + p->d->deep[1] + q.in.deep[2] + p->flag + p->v
           + p->next->next->a + u->only;
}

void writes(struct outer *p, int i)
{
    int *e = p->in.deep;

    p->d = &p->in;
    p->flag = 1;
    e = &p->in.deep[i];
    e = &p->next->b;
    *e = *&p->a;
    &*e;
}

unsigned long sizes(struct outer *p, int n)
{
    int vla[n];

    return sizeof(*p->next) + sizeof p->in + _Alignof(long)
           + __builtin_offsetof(struct outer, in.deep[1]) + sizeof vla;
}

int parameters(int a[3], int get(void), __builtin_va_list ap, char (*row)[4])
{
    int *p = a + 1;

    a++;
    (a)[1] = *a;
    p = &a[2];
    row[1][2] = 'x';
    return get() + (*get)() + (a ? a[0] : 2) + (p == a);
}
