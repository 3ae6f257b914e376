// What the compiler answers or changes.
int f(int);
long g(long);

int builtins(int a, __builtin_va_list ap, const char *s)
{
    __builtin_va_list copy;

    __builtin_va_copy(copy, ap);
    a = __builtin_va_arg(ap, int);
    s = __builtin_va_arg(ap, char *);
    a += __builtin_expect(f(a), 1);
    a += __builtin_constant_p(3) + __builtin_constant_p(a);
    a += __builtin_choose_expr(1, f(1), g(2));
    a += __builtin_types_compatible_p(int, long);
    a += _Generic(a, int: f, long: g)(a);
    a += __atomic_fetch_add(&a, 1, 5);
    __builtin_assume(a > 0);
    a += __builtin_object_size(s, 0) > 4;
    __builtin_memcpy(&a, s, 4);
    a += __extension__ 3;
    a += sizeof(f(1)) + sizeof(int[a]);
    return __sync_fetch_and_add(&a, 1);
}

int assembly(int in)
{
    int out;

    __asm__ volatile("" ::: "memory");
    __asm__("x %1, %0" : "=r"(out) : "r"(f(in)), "m"(in));
    return out;
}

int gives_up(int a)
{
    __asm__ goto("" : : : : away);
    return a;
away:
    return f(a);
}

void attribute(int a)
{
    switch (a) {
    case 1:
        f(1);
        __attribute__((fallthrough));
    case 2:
        f(2);
    }
}
