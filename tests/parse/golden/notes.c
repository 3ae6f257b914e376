// Annotations on functions and parameters, from any declaration.
#define NEW __attribute__((annotate("rc:new")))
#define STEAL __attribute__((annotate("rc:steal")))

NEW void *make(void);
int put(void *list, void *item STEAL);
void late(void *p);
void unused(void *p STEAL);

int put(void *l, void *i)
{
    late(i);
    return l != make();
}

__attribute__((annotate("second"), annotate("third"))) void late(
    void *p __attribute__((annotate("kept"))));

static int old_style(a, b)
    int a;
    char b;
{
    return a + b;
}

int unnamed_params(int, void *);
int call_them(void)
{
    return unnamed_params(1, 0) + old_style(2, 'c');
}
