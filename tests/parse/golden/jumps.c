// goto into and out of scopes, computed goto.
void g(int);
void *h(void);

int cleanup(int a)
{
    void *p = h();
    int r = -1;

    if (!p)
        goto done;
    {
        int inner = 3;
    again:
        g(inner);
        if (a--)
            goto again;
        if (a == 7)
            goto done;
    }
    r = 0;
done:
    g(r);
    return r;
}

int computed(int i)
{
    static void *const table[] = {&&one, &&two};

    goto *table[i];
one:
    g(1);
two:
    g(2);
    return 0;
}

void dead(void)
{
    goto end;
    g(1);
end:;
}
