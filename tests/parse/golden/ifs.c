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
