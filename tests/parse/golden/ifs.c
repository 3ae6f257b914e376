// if, else, chains, constant conditions.
int g(int);

int chain(int a)
{
    if (a == 1)
        return 10;
    else if (a == 2)
        a = 5;
    else if (a == 3)
        ;
    else
        return g(a);
    return a;
}

void constants(int a)
{
    if (0)
        g(1);
    if (1)
        g(2);
    else
        g(3);
    if (sizeof(a) == 4 && a)
        g(4);
}

int no_return_value(int a)
{
    if (a)
        return 1;
}

enum { NO, YES };

// Each of these has one way only: g(1).
void more_constants(int a, unsigned u)
{
    if (0 && g(2))
        g(3);
    if (1 || g(2))
        g(1);
    if (NO || YES == 1)
        g(1);
    if (sizeof(a) != 4)
        g(2);
    if (sizeof(int[3]) / sizeof(int) != 3)
        g(2);
    if (-7 / 2 == -3 && -7 % 2 == -1 && -8 >> 1 == -4)
        g(1);
    if (~0u / 2 == 0x7fffffff && 7u % 4 == 3 && ~0u >> 31 == 1)
        g(1);
    if ((void *)0 == (char *)0)
        g(1);
}

// These are not known.
void undefined(void)
{
    if (1 / 0)
        g(1);
    if (1 % 0)
        g(2);
    if ((-2147483647 - 1) / -1)
        g(3);
    if (1 >> 64)
        g(4);
}
