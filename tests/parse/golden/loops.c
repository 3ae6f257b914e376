// Loops, with every way to leave out parts of a for.
void g(int);

void whiles(int n)
{
    while (n--) {
        if (n == 3)
            continue;
        if (n == 2)
            break;
        g(n);
    }
    do
        g(n);
    while (++n < 5);
    do {
        g(7);
    } while (0);
    while (1) {
        if (n)
            break;
    }
}

void fors(int a, int b, int c)
{
    for (a = 0; b; c++)
        g(1);
    for (a = 1; b;)
        g(2);
    for (a = 2;; c++)
        if (c)
            break;
    for (; b; c++)
        g(4);
    for (a = 3;;)
        if (a)
            break;
    for (; b;)
        g(6);
    for (;; c++)
        if (c)
            break;
    for (int i = 0, j = 1; i < j; i++)
        g(i);
    for (int i = 0;;)
        break;
    for (;;)
        g(10);
}

#define FOREVER for (;;)
#define UP_TO(i, n) for (; (i) < (n); (i)++)
#define EACH(i, n) for (i = 0; i < n;)
#define NOTHING
#define TWO ; a
#define LOOP(x, y, z) for (x; y; z)

void macros(int a, int b)
{
    UP_TO(a, b)
    g(1);
    EACH(a, b)
    g(2);
    LOOP(NOTHING, a, NOTHING)
    g(3);
    for (TWO; a--)
        g(4);
    LOOP(, , a++)
    if (a)
        break;
    FOREVER
    g(5);
}

enum { NO, YES };

// Only the break leads out of these.
void endless(int n)
{
    while (1 == 1)
        if (n--)
            break;
    g(1);
    while (YES)
        if (n--)
            break;
    g(2);
    while (sizeof(n) == 4 && !NO)
        if (n--)
            break;
    g(3);
    for (; (_Bool)1;)
        if (n--)
            break;
    g(4);
    do {
        if (n--)
            continue;
        g(5);
    } while (NO);
    while (YES)
        g(6);
    g(7);
}
