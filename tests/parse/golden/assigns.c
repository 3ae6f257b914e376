// Assignments, ++ and --, pointers.
struct point {
    int x, y;
};

int *f(void);
struct point at(int);

void ints(int a, unsigned b, long c, char d)
{
    a += 1;
    a <<= b;
    d += c;
    d++;
    --a;
    a = b = c;
    *f() += 2;
    a ^= a | 1 & ~a;
}

int pointers(char *p, const char *q, int n, struct point *s)
{
    while ((*p++ = *q++))
        ;
    p += n;
    p -= 2;
    p = p - n + 1;
    s[n].x = 3;
    n[s].y = s[0].x++;
    (s + 1)->x = 4;
    return q - p;
}

void structs(struct point *p, struct point v, int c)
{
    struct point a = v, b;

    *p = a;
    b = at(1);
    p[1] = c ? a : b;
    a = b = at(2);
    c = at(3).x;
    (&a)->y = (*p).x;
    a = (struct point){.y = 1};
}

void chars(void)
{
    const char *s = "text\0hidden";
    char a[] = "ab";
    char b[8] = "cd";
    char c[2] = {"ef"};
    int x = 'x', big = '\377';
    double d = 1.5;

    s = a;
    d *= x;
    x = d;
}
