// __attribute__((cleanup)): a call at each way out of the scope.
#define AUTO __attribute__((cleanup(drop)))
void *make(int);
int use(void *);
static void drop(void *p)
{
    use(p);
}

int all_ways(int a)
{
    AUTO void *first = make(1);

    if (a == 1)
        return use(first);
    for (;;) {
        __attribute__((cleanup(drop))) void *second = make(2);

        if (a == 2)
            break;
        if (a == 3)
            continue;
        if (a == 4)
            goto out;
        if (a == 5)
            return 5;
    }
    {
        AUTO void *third = make(3);
    again:
        if (a == 6)
            goto again;
    }
out:
    return 7;
}
